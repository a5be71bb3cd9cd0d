import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { importLangSmith } from '../../../evals/langsmith/importLangSmith.ts';
import { createImportedFiles } from '../../../run/init/importedFiles.ts';
import { recordLangSmith, type Example, type Recorder } from '../../run/tracing/langsmith.ts';

let langSmith: Recorder;
const example = (n: number, rest: object): Example => ({
  id: `00000000-0000-4000-8000-00000000010${n}`,
  dataset_id: 'd',
  ...rest,
});

beforeAll(async () => {
  langSmith = await recordLangSmith();
  langSmith.dataSets.push({ id: '00000000-0000-4000-8000-0000000000d5', name: 'Shop' });
  const dataset_id = '00000000-0000-4000-8000-0000000000d5';
  langSmith.examples.push(
    ...[
      example(1, {
        inputs: { question: 'Is it open?' },
        outputs: { answer: 'From nine.' },
        metadata: { dataset_split: ['train'], area: 'hours' },
      }),
      example(2, {
        inputs: { Frage: 'Where is it? {{x}}' },
        outputs: { Antwort: 'Here.' },
        metadata: { dataset_split: ['test', 'hard'] },
      }),
      example(3, {
        inputs: {
          messages: [
            { role: 'system', content: 'Be short.' },
            { role: 'user', content: 'Hi' },
          ],
        },
        outputs: { messages: [{ role: 'assistant', content: 'Hello!' }] },
        metadata: { dataset_split: ['base'] },
      }),
      example(4, { inputs: { a: 'one', b: 'two' }, outputs: {} }),
      example(5, { inputs: { query: 'How much?', shop: 7 }, outputs: { price: 5, unit: 'EUR' } }),
    ].map((one) => ({ ...one, dataset_id })),
  );
});
afterAll(() => langSmith.close());

const env = (): Record<string, string> => ({
  LANGSMITH_API_KEY: 'ls-key-of-this-test',
  LANGSMITH_ENDPOINT: langSmith.url,
});

it('queries, expected answers, metadata and splits of a data set arrive, and nothing else is sent', async () => {
  const task = await importLangSmith('Shop', env());
  const files = createImportedFiles(task, { optimizer: 'simulated' }, '.');
  const rows = (files['questions.jsonl'] ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(rows).toEqual([
    { query: 'Is it open?', expected: 'From nine.', split: 'train', metadata: { area: 'hours' } },
    { query: 'Where is it? {{x}}', expected: 'Here.', split: 'held-out', metadata: { splits: ['hard'] } },
    {
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'Hi' },
      ],
      expected: 'Hello!',
    },
    { query: 'How much?', expected: '{"price":5,"unit":"EUR"}', metadata: { shop: 7 } },
  ]);
  expect(task.unmapped).toEqual([expect.stringContaining('example 4 (left out): expected a field query')]);
  expect(langSmith.requests.length).toBeGreaterThan(1);
  expect(langSmith.requests.map(({ method, body }) => `${method} ${body.length}`)).toEqual(
    langSmith.requests.map(() => 'GET 0'),
  );
  expect(JSON.stringify(files)).not.toContain('ls-key-of-this-test');
});

it('a data set that is not there, and a missing key, are said in one line', async () => {
  await expect(importLangSmith('Other', env())).rejects.toThrow('"Other", which is not there; check its name');
  await expect(importLangSmith('Shop', {})).rejects.toThrow(
    '--from langsmith: expected a key in the environment variable LANGSMITH_API_KEY',
  );
});
