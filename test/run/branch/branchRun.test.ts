import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { branchRun } from '../../../run/branch/branchRun.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { optimize } from '../../../run/optimize.ts';
import type { OptimizeResult } from '../../../run/result.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-branch-'));
const SET = ['search.depth=8', 'search.maxDepthIncrease=1', 'queries.limit=60', 'judge.reliabilityChecks=0'];
const config = loadConfig({ roles: { optimizer: 'simulated' }, set: SET });

/** Every file of a folder: name, bytes, time. */
const everything = (run: string): string[] =>
  readdirSync(run)
    .toSorted()
    .map((name) => {
      const file = join(run, name);
      return `${name} ${statSync(file).mtimeMs} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
    });

describe('a branch', () => {
  const run = folder();
  let first: OptimizeResult;
  let before: string[];
  beforeAll(async () => {
    first = await optimize({ config, folder: run });
    before = everything(run);
  });
  const at = (depth: number, kept: boolean): OptimizeResult['nodes'][number] => {
    const node = first.nodes.find((n) => n.depth === depth && n.kept === kept);
    if (!node) throw new Error(`expected a node of level ${depth}`);
    return node;
  };
  const from = (node: string, more: object = {}) => branchRun({ run, node, out: folder(), set: [], ...more }, null);

  const branches = new Map<string, ReturnType<typeof branchRun>>();
  /** The branch from a node, unedited; made once. */
  function unedited(node: string): ReturnType<typeof branchRun> {
    const made = branches.get(node) ?? from(node);
    branches.set(node, made);
    return made;
  }

  it('from the unedited root repeats the first run and pays for nothing', async () => {
    const { exitCode: status, outcome } = await unedited('0');
    expect([status, outcome.bestPrompt, outcome.bestId]).toEqual([0, first.bestPrompt, first.bestId]);
    expect(outcome.nodes).toEqual(first.nodes);
    expect(Object.values(outcome.tokens ?? {}).every(({ input, output }) => input + output === 0)).toBe(true);
    expect(outcome.branch).toEqual({ run, node: '0', prompt: null });
  });

  it.each([
    ['kept', true],
    ['pruned', false],
  ])('continues from a %s node with another prompt and shares the path before it', async (_, kept) => {
    const node = at(2, kept);
    const prompt = join(folder(), 'prompt.txt');
    writeFileSync(prompt, 'You are a pirate.\n');
    const { outcome } = await from(node.id, { prompt });
    const deeper = outcome.nodes.filter(({ depth }) => depth > 2);
    expect(deeper.length).toBeGreaterThan(3);
    expect(deeper.every(({ id }) => id.startsWith(`${node.id}.`))).toBe(true);
    expect(deeper.every(({ prompt: text }) => text.startsWith('You are a pirate.'))).toBe(true);
    const plain = ({ kept: __, ...rest }: OptimizeResult['nodes'][number]): object => rest;
    expect(outcome.nodes.filter(({ depth }) => depth <= 2).map(plain)).toEqual(
      first.nodes.filter(({ depth }) => depth <= 2).map(plain),
    );
    expect(outcome.branch).toEqual({ run, node: node.id, prompt: 'You are a pirate.' });
    expect(outcome.final?.candidates.some(({ id }) => id.startsWith(node.id))).toBe(true);
  });

  it('can start from a branch', async () => {
    const once = await from(at(1, true).id);
    const node = once.outcome.nodes.find(({ depth }) => depth === 3)?.id ?? '';
    const { outcome } = await branchRun({ run: once.folder, node, out: folder(), set: [] }, null);
    expect(outcome.nodes.filter(({ depth }) => depth > 3).every(({ id }) => id.startsWith(node))).toBe(true);
  });

  it('continues after its budget ended it', async () => {
    const out = folder();
    const node = at(2, false).id;
    expect((await branchRun({ run, node, out, set: ['budget.calls=6'] }, null)).exitCode).toBe(3);
    const { outcome } = await branchRun({ run, node, out, set: [] }, null);
    expect(outcome.bestPrompt).toBe((await unedited(node)).outcome.bestPrompt);
  });

  it('is refused in one line if the node is unknown, the folder is used or the config differs', async () => {
    await expect(from('0.9')).rejects.toThrow(/^--node: expected the id of a node/);
    await expect(branchRun({ run, node: '0', out: run, set: [] }, null)).rejects.toThrow(
      /^--out: expected a new folder/,
    );
    await expect(from('0', { set: ['search.depth=9'] })).rejects.toThrow(/^--set: .*search\.depth$/);
    await expect(optimize({ config, folder: (await unedited('0')).folder })).rejects.toThrow(/got a branch/);
  });

  it('leaves every byte of the first run as it was', () => expect(everything(run)).toEqual(before));
});
