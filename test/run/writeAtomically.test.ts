import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DedupedJsonlLog } from '../../run/dedupedJsonlLog.ts';
import { toJsonParts, writeAtomically } from '../../run/writeAtomically.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-whole-'));

it('JSON in parts is what JSON.stringify lays out, whatever the texts hold', () =>
  fc.assert(
    fc.property(
      fc.record({
        before: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\n  "nodes": []')),
        nodes: fc.array(fc.jsonValue()),
        after: fc.jsonValue(),
      }),
      (object) => expect([...toJsonParts(object, 'nodes')].join('')).toBe(`${JSON.stringify(object, null, 2)}\n`),
    ),
  ));

it('a file is written whole or not at all', () => {
  const file = join(folder, 'a.json');
  writeAtomically(file, ['first']);
  const failing = function* (): Generator<string> {
    yield 'half';
    throw new Error('no more');
  };
  expect(() => writeAtomically(file, failing())).toThrow('no more');
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(readdirSync(folder)).toEqual(['a.json']);
});

it('a log is read back line by line, and a torn last line is cut off', () => {
  const file = join(folder, 'log.jsonl');
  const open = (): DedupedJsonlLog<{ text: string }> =>
    new DedupedJsonlLog(
      file,
      (line) => z.object({ text: z.string() }).parse(line),
      ({ text }) => text,
    );
  const log = open();
  const texts = ['ä', 'x'.repeat(2_000_000), '𝄞'].map((text) => ({ text }));
  expect([...texts, { text: 'ä' }].map((record) => log.append(record))).toEqual([true, true, true, false]);
  writeAtomically(file, [readFileSync(file, 'utf8'), '"half a l']);
  const again = open();
  expect([again.wasTruncated, again.records()]).toEqual([true, texts]);
  expect(again.append({ text: 'more' })).toBe(true);
  expect(open().records()).toEqual([...texts, { text: 'more' }]);
  expect(existsSync(file)).toBe(true);
});
