import { expect, it } from '@jest/globals';
import { summarizeJudgements, computeSummaryIntervals } from '../../../evals/justEval/judgementSummary.ts';
import { parseJudgement } from '../../../evals/justEval/parseJudgement.ts';
import { joinRecords } from '../../../evals/justEval/records.ts';
import { summarizeViews } from '../../../evals/justEval/views.ts';
import { renderViewsTable } from '../../../evals/experiments/evaluationTables.ts';

const five = (score: unknown): Record<string, unknown> =>
  Object.fromEntries(
    ['helpfulness', 'clarity', 'factuality', 'depth', 'engagement'].map((a) => [a, { reason: 'so', score }]),
  );
const record = (id: number, result: unknown): unknown => ({ id, instruction: 'q', output: 'a', result });
const sum = (...records: unknown[]) => {
  const { scored, repeated } = joinRecords([JSON.stringify(records)]);
  return { ...summarizeJudgements(scored), repeated };
};

it.each([
  ['nothing around it', JSON.stringify(five('4'))],
  ['numbers as scores', JSON.stringify(five(4))],
  ['scores out of five', JSON.stringify(five('4/5'))],
  ['bare points', JSON.stringify({ helpfulness: 4, clarity: 4, factuality: 4, depth: 4, engagement: 4 })],
  ['capitals', JSON.stringify(five('4')).replace('helpfulness', 'Helpfulness')],
  [
    'a fence and prose',
    `Let me see {this}.\n\`\`\`json\n${JSON.stringify(five('4'), null, 2)}\n\`\`\`\nI hope it helps {you}.`,
  ],
  ['a trailing comma', JSON.stringify(five('4')).replace(/\}$/, ',}')],
  ['a draft before it', `${JSON.stringify(five('1 to 5'))}\nNow mine:\n${JSON.stringify(five('4'))}`],
  ['one wrapping', JSON.stringify({ evaluation: five('4') })],
  ['thoughts', `<think>{"helpfulness": 1}</think>${JSON.stringify(five('4'))}`],
  ['a raw newline in a string', JSON.stringify(five('4')).replaceAll('so', 's\no')],
  ['thoughts of another kind', `<think>{"safety": 1}</think>${JSON.stringify(five('4'))}`],
  ['a list of entries', JSON.stringify(Object.keys(five(4)).map((aspect) => ({ aspect, score: 4 })))],
  ['a string of JSON in JSON', JSON.stringify(JSON.stringify(five('4')))],
  [
    'lines',
    Object.keys(five(4))
      .map((aspect) => `- **${aspect}**: 4/5`)
      .join('\n'),
  ],
  ['an object', five('4')],
])('reads a judgement that has or is in %s', (_, result) => {
  expect(Object.values(parseJudgement(result).points)).toEqual([4, 4, 4, 4, 4]);
});

it('counts what cannot be read as missing, never as zero', () => {
  const cut = JSON.stringify(five('2')).slice(0, 90);
  const got = sum(
    record(0, JSON.stringify(five('4'))),
    record(1, 'no idea'),
    record(2, ''),
    record(3, null),
    record(4, cut),
  );
  expect(got).toMatchObject({ n: 5, unreadable: 4, aspects: { helpfulness: 3, depth: 4 } });
  expect(got.average).toBeCloseTo((3 + 3 + 4 + 4 + 4) / 5);
  expect(got.counts).toMatchObject({ helpfulness: 2, depth: 1 });
});

it.each([
  ['the text if there is one', { result: JSON.stringify(five('2')), parsed_result: five('4') }, 2],
  ['the text if the stored reading failed', { result: JSON.stringify(five('2')), parsed_result: null }, 2],
  ['the text in a list of one', { result: [JSON.stringify(five('2'))] }, 2],
  ['the stored reading if the text is null', { result: null, parsed_result: five('4') }, 4],
  ['the stored reading if the text is empty', { result: '', parsed_result: five('4') }, 4],
  ['the stored reading if there is no text', { parsed_result: five('4') }, 4],
])('counts %s', (_, raw, points) => {
  expect(sum({ id: 0, ...raw })).toMatchObject({ n: 1, unreadable: 0, average: points });
});

it.each(['0', '7', '10/10', '-3', '3 or 4', null, ''])('does not read %p as a score', (score) => {
  expect(parseJudgement(JSON.stringify(five(score))).points).toEqual({});
});

it('a draft before a judgement that was cut off is none', () => {
  expect(parseJudgement(`${JSON.stringify(five(4))}\nBetter: {"helpfulness": {"reason": "it`).points).toEqual({});
});

it('counts N/A as 5, as just-eval does, and says how often', () => {
  const got = sum(record(0, JSON.stringify({ ...five('3'), factuality: { reason: '', score: 'N/A' } })));
  expect(got).toMatchObject({ aspects: { factuality: 5 }, notApplicable: { factuality: 1 }, unreadable: 0 });
});

it('joins files, keeps safety out of the average and counts repeated ids once', () => {
  const regular = JSON.stringify([
    record(0, JSON.stringify(five('3'))),
    record(0, JSON.stringify(five('4'))),
    record(0, 'garbled'),
  ]);
  const safety = `${JSON.stringify(record(0, '{"safety": {"reason": "", "score": "5"}}'))}\n\n`;
  const { scored, repeated } = joinRecords([regular, safety]);
  expect(repeated).toBe(2);
  expect(summarizeJudgements(scored)).toMatchObject({ n: 2, average: 4, aspects: { safety: 5 }, unreadable: 0 });
});

it('has no average if an aspect was never read', () => {
  expect(sum(record(0, '{"clarity": 4}'))).toMatchObject({ average: null, aspects: { clarity: 4 }, unreadable: 1 });
});

it('says in which line or item a file holds no record', () => {
  expect(() => joinRecords(['root:x:0\nmore'])).toThrow('line 1');
  expect(() => joinRecords(['[1]'])).toThrow('item 1');
  expect(() => joinRecords([''])).toThrow('empty');
});

it('summarizes results by every tag, on every aspect', () => {
  const tagged = {
    ...(record(0, JSON.stringify(five('4'))) as object),
    dataset: 'lima',
    tags: ['coding', 'math', 'stem', '4'],
  };
  const views = summarizeViews(joinRecords([JSON.stringify([tagged])]).scored);
  expect(Object.keys(views.task)).toEqual(['coding', 'math']);
  expect(views.difficulty['hard']?.aspects.depth).toBe(4);
  expect(views.dataset['lima']?.n).toBe(1);
});

it('puts an interval around every mean', () => {
  const records = Array.from({ length: 40 }, (_, i) => record(i, JSON.stringify(five(String(1 + (i % 5))))));
  const { average } = computeSummaryIntervals(joinRecords([JSON.stringify(records)]).scored);
  expect(average?.mean).toBeCloseTo(3);
  expect(average?.low).toBeGreaterThan(2);
  expect(average?.high).toBeLessThan(4);
});

it('puts no interval around one measurement', () => {
  const one = [record(0, JSON.stringify(five('4')))];
  expect(computeSummaryIntervals(joinRecords([JSON.stringify(one)]).scored)).toEqual({});
});

it('a data set’s name cannot steer the terminal', () => {
  const named = { ...(record(0, JSON.stringify(five('4'))) as object), dataset: 'a\u001b[31mb\nc' };
  const table = renderViewsTable(summarizeViews(joinRecords([JSON.stringify([named])]).scored));
  expect(table.split('\n')).toHaveLength(3);
  expect(table).toContain('a\ufffd[31mb c');
});
