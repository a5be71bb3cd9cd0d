import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeRecordedJudgements, type RecordedJudgement } from '../scripts/real/describeRecordedJudgements.ts';

const folder = join(import.meta.dirname, '../examples/runs/bike-shop');
const readLines = <T>(name: string): T[] =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

const judge = (side: RecordedJudgement['side'], points: number | null, swapped: number | null): RecordedJudgement[] => [
  { query: 'q', side, isSwapped: false, points, rationale: '' },
  { query: 'q', side, isSwapped: true, points: swapped, rationale: '' },
];

it('the recorded run’s README has what the judge said of its proof’s answers', () => {
  const judged = readLines<RecordedJudgement>('judged.jsonl');
  expect(new Set(judged.map(({ query }) => query))).toEqual(
    new Set(readLines<{ query: string }>('proof.jsonl').map(({ query }) => query)),
  );
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`\n${describeRecordedJudgements(judged)}\n`);
});

it('a judge that gives answers fewer points for another question sees whether they fit; a missing judgement is no zero', () => {
  const seeing = describeRecordedJudgements([
    ...judge('first', 3, 1),
    ...judge('challenger', 5, 1),
    ...judge('first', null, 1),
  ]);
  expect(seeing).toMatch(/own question +\| 3\.00 +\| 5\.00/);
  expect(seeing).toContain('mostly sees');
  expect(seeing).toContain('1 of 6 judgements could not be read.');
  expect(describeRecordedJudgements([...judge('first', 5, 5), ...judge('challenger', 5, 5)])).toContain('does not see');
});
