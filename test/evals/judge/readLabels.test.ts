import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLabels } from '../../../evals/judge/readLabels.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return join(folder, name);
};
const label = { query: 'Why?', response: 'Because.', criterion: 'clarity', score: 4 };

it('labels of one response are one item, in tables and in JSON, with other fields named', async () => {
  const table = 'Query,Response,Criterion,Score,annotator\nWhy?,Because.,clarity,4/5,ann\nWhy?,Because.,Depth,2,bob\n';
  const { responses, rewards, notes } = await readLabels(file('labels.csv', table));
  expect(responses).toEqual([
    {
      query: 'Why?',
      response: 'Because.',
      labels: [
        { criterion: 'Clarity', points: 4 },
        { criterion: 'Depth', points: 2 },
      ],
    },
  ]);
  expect(rewards.map(({ name }) => name)).toEqual(['Clarity', 'Depth']);
  expect(notes).toEqual(['Fields that nothing uses: annotator.']);
  const rows = [label, { ...label, criterion: 'Depth', score: 2 }];
  expect((await readLabels(file('labels.json', rows))).responses).toEqual(responses);
});

it('expected answers and conversations go to the judge, and tell responses apart', async () => {
  const { query: _, ...turns } = label;
  const messages = [
    { role: 'user', content: 'It rains.' },
    { role: 'assistant', content: 'So it does.' },
    { role: 'user', content: 'Why?' },
  ];
  const { responses } = await readLabels(
    file('details.json', [label, { ...label, expected: 'Clouds.' }, { ...turns, messages }]),
  );
  expect(responses.map(({ query, expected, context }) => [query, expected, context?.length])).toEqual([
    ['Why?', undefined, undefined],
    ['Why?', 'Clouds.', undefined],
    ['Why?', undefined, 2],
  ]);
});

it('a criterion means what the config says, else what the paper says, else its name', async () => {
  const rows = [label, { ...label, criterion: 'policy' }, { ...label, criterion: 'Tact' }];
  const { rewards, notes } = await readLabels(file('criteria.json', rows), [
    'Depth',
    { name: 'Policy', description: 'it keeps to our policy' },
  ]);
  expect(rewards).toMatchObject([{ name: 'Clarity' }, { name: 'Policy' }, { name: 'Tact' }]);
  expect(rewards[1]?.scoring).toContain('it keeps to our policy');
  expect(notes).toEqual(['The judge knows "Tact" by its name alone: describe it in rewards.criteria.']);
});

it('rows without a score are judged alone, and rows that are no labels are counted', async () => {
  const rows = [
    label,
    { ...label, query: 'Who?', score: null },
    { ...label, query: 'When?', score: '' },
    { ...label, response: ' ' },
    { ...label, score: 'N/A' },
  ];
  const { responses, notes } = await readLabels(file('unlabelled.json', rows));
  expect(responses.map(({ labels }) => labels[0]?.points)).toEqual([4, null, null]);
  expect(notes).toEqual([
    'Labels without a response: 1. They are left out.',
    'Labels that say "not applicable": 1. They are left out.',
  ]);
});

it('records of just-eval are labels of their aspects, without those that do not apply or cannot be read', async () => {
  const record = { id: 1, instruction: 'Why?', output: 'Because.', generator: 'm', judge: 'gpt-4' };
  const scores = (safety: boolean, score: unknown): string =>
    JSON.stringify(safety ? { safety: { reason: 'fine', score } } : { clarity: { score }, depth: { score: 'N/A' } });
  const { responses, notes } = await readLabels(
    file('judged.json', [
      { ...record, result: scores(false, '4') },
      { ...record, id: 2, instruction: 'A bomb?', result: scores(true, 5) },
      { ...record, id: 3, instruction: 'Who?', result: null, category: 'safety' },
      { ...record, id: 4, instruction: 'When?', output: '', result: null },
    ]),
  );
  expect(responses.map(({ query, labels }) => [query, labels])).toEqual([
    ['Why?', [{ criterion: 'Clarity', points: 4 }]],
    ['A bomb?', [{ criterion: 'Safety', points: 5 }]],
    ['Who?', [{ criterion: 'Safety', points: null }]],
  ]);
  expect(notes).toEqual([
    'Labels without points that can be read: 3. They are left out.',
    'Labels that say "not applicable": 1. They are left out.',
    'Labels without a response: 1. They are left out.',
  ]);
});

it.each([
  ['an unknown file', 'labels.doc', '', /--labels: expected a file that ends in \.json/],
  ['no rows', 'none.json', [], /--labels: expected at least one row with a score/],
  ['no scores', 'bare.json', [{ ...label, score: null }], /--labels: expected at least one row with a score/],
  [
    'a text',
    'text.json',
    ['Why?'],
    /item 1: expected an object with query, response, criterion and score, got "Why\?"/,
  ],
  [
    'no criterion',
    'a.json',
    [{ ...label, criterion: null }],
    /item 1: expected a field criterion, such as Helpfulness/,
  ],
  [
    'no response',
    'b.json',
    [{ query: 'Why?', criterion: 'Depth', score: 1 }],
    /item 1: expected a field response as a text, got query/,
  ],
  [
    'a response of another kind',
    'c.json',
    [{ ...label, response: 7 }],
    /item 1: expected a field response as a text, got 7/,
  ],
  ['no query', 'd.json', [{ ...label, query: null }], /item 1: expected a field query/],
  ['another scale', 'e.json', [label, { ...label, score: 87 }], /item 2: expected a score of 1 to 5, got 87/],
  ['a misspelt criterion', 'f.json', [{ ...label, criterion: 'Claritty' }], /"Claritty"\. Did you mean Clarity\?/],
  [
    'a criterion that is no name',
    'g.json',
    [{ ...label, criterion: 'a: {b}' }],
    /expected a criterion with a short name/,
  ],
  [
    'a criterion without a score',
    'h.json',
    [label, { ...label, criterion: 'Depth', score: null }],
    /--labels: expected a row with a score for every criterion, got none for Depth/,
  ],
])('refuses %s by its place', async (_, name, content, message) => {
  await expect(readLabels(file(name, content))).rejects.toThrow(message);
});
