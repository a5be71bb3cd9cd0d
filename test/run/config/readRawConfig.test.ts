import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRawConfig } from '../../../run/config/readRawConfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-raw-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

it.each([
  [['judge.panel.0=a@http://u/v1', 'judge.panel.1=b'], { judge: { panel: ['a@http://u/v1', 'b'] } }],
  [['judge.panel=["a","b"]', 'judge.panel.1=c'], { judge: { panel: ['a', 'c'] } }],
  [['judge.panel.0=a', 'judge.panel.0.temperature=0.5'], { judge: { panel: [{ model: 'a', temperature: 0.5 }] } }],
  [
    ['rewards.criteria.0=Clarity', 'rewards.criteria.0.weight=2'],
    { rewards: { criteria: [{ name: 'Clarity', weight: 2 }] } },
  ],
  [['rewards.checks.0.type=length', 'rewards.checks.0.max=9'], { rewards: { checks: [{ type: 'length', max: 9 }] } }],
  [['models.base.extraBody.logit_bias.0=-9'], { models: { base: { extraBody: { logit_bias: { 0: -9 } } } } }],
  [['search.strategy=beam', 'search.strategy.x=1'], { search: { strategy: { name: 'beam', x: 1 } } }],
])('--set %j reaches the items of lists', (set, expected) => {
  expect(readRawConfig({ set })).toEqual(expected);
});

it.each([
  ['judge.panel.0=a', 'judge.panel.2=c'],
  ['queries.files.0=a', 'queries.files.first=b'],
  ['mustKeep.0=a', 'mustKeep.-1=b'],
])('--set %s and %s are refused, since the list has no such place', (...set) => {
  expect(() => readRawConfig({ set })).toThrow(
    /^--set: \w+: expected a place in the list from 0 to 1, got (2|first|-1)$/,
  );
});

it('a broken object is no short form of one', () => {
  expect(() => readRawConfig({ set: ['final.shorten={margin:1}', 'final.shorten.maxCuts=3'] })).toThrow(
    '--set: shorten: expected JSON, with names in double quotes, got "{margin:1}"',
  );
});

it('a set item leaves the config it came from as it was', () => {
  const values = { judge: { panel: ['a'] } };
  readRawConfig({ values, set: ['judge.panel.0=b'] });
  expect(values.judge.panel).toEqual(['a']);
});

it.each([
  ['a.json', Buffer.from('\uFEFF{"preset": "default"}')],
  ['b.json', Buffer.from('\uFEFF{"preset": "default"}', 'utf16le')],
  ['c.json', Buffer.from('\uFEFF{"preset": "default"}', 'utf16le').swap16()],
  ['d.yaml', Buffer.from('\uFEFFpreset: default\n')],
])('a config with a mark of the byte order is read: %s', (name, content) => {
  expect(readRawConfig({ file: file(name, content) })).toEqual({ preset: 'default' });
});
