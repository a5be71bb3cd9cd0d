import { expect, it, describe } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeData } from '../../../run/config/describeData.ts';
import { parseQuery } from '../../../run/config/parseQuery.ts';
import { STARTER_QUESTION } from '../../../run/config/starterQuestion.ts';
import { readQueries, type QueriesConfig, type QueryFacts } from '../../../run/config/readQueries.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-queries-'));
function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
const read = (files: string[], more: Partial<QueriesConfig> = {}, onRead?: (facts: QueryFacts) => void) =>
  readQueries({ files, order: 'given', seed: 1, limit: null, ...more }, onRead);
const readTexts = async (name: string, content: string | Buffer): Promise<string[]> =>
  (await read([write(name, content)])).map(({ text }) => text);
const readFault = async (name: string, content: string | Buffer): Promise<string> =>
  readTexts(name, content).then(
    (texts) => `no fault: ${JSON.stringify(texts)}`,
    (error: Error) => error.message,
  );

const UTF16LE = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const UTF16BE = (text: string): Buffer => UTF16LE(text).swap16();

describe('files', () => {
  it.each<[string, string, string | Buffer, string[]]>([
    [
      'a CSV with quotes',
      'a.csv',
      'id,question\r\n1,"How do I store onions, and for how long?"\r\n',
      ['How do I store onions, and for how long?'],
    ],
    ['semicolons', 'b.csv', 'id;Question\n1;What, now?\n', ['What, now?']],
    ['bars', 'c.csv', 'prompt|tags\nWhat?|a\n', ['What?']],
    ['a TSV', 'd.tsv', 'query\tnote\nSay "hi", twice?\tx\n', ['Say "hi", twice?']],
    ['a column alone', 'e.csv', 'query\nWhat is a comet?\n\n', ['What is a comet?']],
    ['line breaks in a cell', 'f.csv', 'query,n\n"one\ntwo",1\n', ['one\ntwo']],
    ['Excel’s first line', 'g.csv', 'sep=;\nquery;n\nWhat?;1\n', ['What?']],
    ['UTF-16', 'h.csv', UTF16LE('query\nWas heißt grün?\n'), ['Was heißt grün?']],
    ['UTF-16, the other way round', 'i.txt', UTF16BE('Was heißt grün?\r\n'), ['Was heißt grün?']],
    ['a byte order mark in JSON lines', 'j.jsonl', '\uFEFF{"query":"What is a comet?"}\n', ['What is a comet?']],
    [
      'a byte order mark in JSON, an object alone',
      'k.json',
      '\uFEFF{"query":"What is a comet?"}',
      ['What is a comet?'],
    ],
    ['JSON lines under the name of JSON', 'l.json', '{"query":"a"}\n{"query":"b"}\n', ['a', 'b']],
    ['Hugging Face’s rows', 'm.json', '{"features":[],"rows":[{"row_idx":0,"row":{"question":"a"}}]}', ['a']],
    ['Hugging Face’s rows, line by line', 'n.jsonl', '{"row_idx":0,"row":{"question":"a"}}\n', ['a']],
    ['a list of texts', 'o.json', '["a","b"]', ['a', 'b']],
    ['a text with Windows line ends', 'p.txt', 'a\r\n\r\nb\r\n', ['a', 'b']],
    ['separators at the ends of lines', 'r.csv', 'query,n,,\na,1,,\nb,2,,,\n', ['a', 'b']],
    ['an item that has a list', 's.json', '{"query":"a","data":["b"]}', ['a']],
    ['both kinds of line ends', 't.csv', 'id,query\r\n1,a\n2,"b\r\nc"\r\n', ['a', 'b\nc']],
    ['marks in the midst of files put together', 'u.jsonl', '\uFEFF"a"\n\uFEFF"b"\n', ['a', 'b']],
    ['a text that begins with a word of a header', 'v.txt', 'Prompt me, please?\nb\n', ['Prompt me, please?', 'b']],
    ['capitals in the ending', 'q.CSV', 'query\na\n', ['a']],
  ])('reads %s', async (_, name, content, texts) => {
    expect(await readTexts(name, content)).toEqual(texts);
  });

  it.each<[string, string, string | Buffer, string]>([
    ['YAML', 'a.yaml', '- a\n', 'expected a file that ends in .json, .jsonl, .ndjson, .csv, .tsv, .txt, got'],
    ['a file without an ending', 'queries', 'a\n', 'expected a file that ends in'],
    ['JSON on a line of text', 'b.txt', '\uFEFF{"query":"a"}\n', 'name the file .jsonl'],
    ['a table without a header', 'c.csv', '1,What is this?\n2,And this?\n', 'expected a field query, question'],
    [
      'a comma too many',
      'd.csv',
      'query,n\nWhat, now?,1\n',
      'row 1 after the header: expected a table, got 3 columns where the header has 2',
    ],
    ['quotation marks that do not close', 'e.csv', 'query,n\n"open,1\n', 'quotation marks'],
    ['a name twice', 'f.csv', 'query,query\na,b\n', 'expected a header with each name once, got "query" twice'],
    [
      'a row without a query',
      'g.csv',
      'query,n\n,1\n',
      'row 1 after the header: expected a field query, question, instruction, prompt or messages, got n; fill it',
    ],
    [
      'a header in the midst',
      's.csv',
      'query\na\n\uFEFFquery\nb\n',
      'row 2 after the header: expected a row, got the header',
    ],
    ['a table under the name of a text', 't.txt', '\nid;"Question"\n1;a\n', 'name the file .csv'],
    ['JSON over several lines of JSON lines', 'u.jsonl', '{\n"query": "a"\n}', 'name the file .json'],
    ['lists by split', 'v.json', '{"train":["a"],"test":["b"]}', 'got an object with train, test; take the list out'],
    ['Latin-1', 'h.txt', Buffer.from('Was heißt grün?', 'latin1'), 'save it as UTF-8'],
    ['UTF-16 without its mark', 'i.txt', Buffer.from('abc', 'utf16le'), 'save it as UTF-8'],
    ['broken JSON', 'j.json', '[{"query":"a"]', 'expected JSON, got something else'],
    ['a broken line', 'k.jsonl', '{"query":"a"}\n{"query"\n', 'line 2: expected JSON'],
    ['a list on a line of text', 'm.txt', '["a"]\n', 'name the file .jsonl if it has JSON on each line, else .json'],
    ['JSON over several lines of text', 'n.txt', '[\n  "a"\n]\n', 'expected a query as text, got JSON'],
    ['a list in JSON lines', 'o.jsonl', '["a","b"]\n', 'name the file .json'],
    ['two lists', 'p.json', '{"data":["a"],"items":["b"]}', 'expected one list of queries, got "data" and "items"'],
    [
      'rows that the server cut',
      'q.json',
      '{"rows":[{"row_idx":0,"row":{"question":"a"},"truncated_cells":["question"]}]}',
      'expected whole cells, got question cut by the server',
    ],
    ['an empty file', 'l.csv', '', 'expected at least one query to train with'],
  ])('refuses %s', async (_, name, content, message) => {
    expect(await readFault(name, content)).toContain(message);
  });
});

describe('fields', () => {
  it('joins Alpaca’s input to its instruction', () => {
    const item = { instruction: 'Summarize the following text.', input: 'The harbour froze.' };
    expect(parseQuery(item, 'item')).toEqual({ text: 'Summarize the following text.\n\nThe harbour froze.' });
    expect(parseQuery({ instruction: 'Tell a joke.', input: '' }, 'item')).toEqual({ text: 'Tell a joke.' });
    expect(parseQuery({ input: 'Tell a joke.' }, 'item')).toEqual({ text: 'Tell a joke.' });
  });

  it.each([
    [{ query: 'a', answer: '4' }, '4'],
    [{ query: 'a', reference: 4 }, '4'],
    [{ query: 'a', expected: { city: 'Paris' } }, '{"city":"Paris"}'],
    [{ Question: 'a', ANSWER: 'b' }, 'b'],
  ])('reads what is expected: %j', (item, expected) => {
    expect(parseQuery(item, 'item')).toEqual({ text: 'a', expected });
  });

  it.each([
    { query: 'a', expected: '  ' },
    { query: 'a', expected: null },
  ])('expects nothing in %j', (item) => {
    expect(parseQuery(item, 'item')).toEqual({ text: 'a' });
  });

  it('takes the last user message as the query, earlier ones as context and an answer after it as expected', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'What is a comet?' },
      { role: 'assistant', content: 'A ball of ice.' },
    ];
    const expected = {
      text: 'What is a comet?',
      context: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ],
      expected: 'A ball of ice.',
    };
    expect(parseQuery({ messages }, 'item')).toEqual(expected);
    expect(parseQuery({ messages: JSON.stringify(messages) }, 'cell')).toEqual(expected);
  });

  it.each([
    [{ query: 'a', expcted: 'b' }, 'Did you mean "expected"?'],
    [{ query: 'a', anwser: 'b' }, 'Did you mean "answer"?'],
    [{ query: 'a', spilt: 'train' }, 'Did you mean "split"?'],
    [{ query: 'a', answers: ['b'] }, 'Did you mean "answer"?'],
    [{ query: 'a', split: 'half' }, 'expected split "train" or "held-out"'],
    [{ question: null, id: 1 }, 'got id; fill it, or name yours in queries.fields.query'],
    [{ query: 'a', metadata: 'b' }, 'expected metadata as an object, got "b"'],
    [{ query: ' ' }, 'expected query as a text that is not empty'],
    [{ messages: [{ role: 'assistant', content: 'a' }] }, 'with a text of the user'],
    [{ query: 'a', weight: 0 }, 'expected weight as a number above 0, got 0; leave the query out'],
    [{ query: 'a', weight: -1 }, 'expected weight as a number above 0, got -1'],
    [{ query: 'a', weight: NaN }, 'expected weight as a number above 0'],
    [{ query: 'a', weight: '1e999' }, 'expected weight as a number above 0'],
    [{ query: 'a', weight: 'high' }, 'expected weight as a number above 0, got "high"'],
    [{ query: 'a', weight: [2] }, 'expected weight as a number above 0, got [2]'],
    [{ query: 'a', weights: 2 }, 'Did you mean "weight"?'],
    [{ query: 'a', heldOut: true }, 'Did you mean "split"?'],
    [{ query: 'a', tag: 'b' }, 'Did you mean "tags"?'],
    [{ query: 'a', b: 1, metadata: { b: 2 } }, 'expected each field once, got "b" in metadata too'],
    [{ instruction: 'a', input: ['b'] }, 'expected input as a text, got ["b"]'],
    [{ query: 'a', messages: [{ role: 'user', content: 'b' }] }, 'expected messages or a query, got both'],
    [{ text: 'a' }, 'name yours in queries.fields.query'],
    [7, 'expected a text or an object with "query", got 7'],
  ])('refuses %j', (item, message) => {
    expect(() => parseQuery(item, 'item 3')).toThrow(message);
    expect(() => parseQuery(item, 'item 3')).toThrow('item 3: ');
  });

  it.each([
    [{ messages: [{ role: 'user', content: null, tool_calls: [] }] }, 'item 3, messages.0.content: expected a text'],
    [{ messages: [{ role: 'tool', content: 'a' }] }, 'item 3, messages.0.role: expected system, user or assistant'],
    [{ messages: [{ role: 'user', content: 'a', name: 'b' }] }, 'item 3, messages.0.name: unknown key'],
    [{ query: 'a', criteria: ['Clarity', 'clarity'] }, 'item 3, criteria: expected each name once'],
    [
      { query: 'a', criteria: [{ name: 'X', description: 'd', always: true }] },
      'item 3, criteria: expected no "always"',
    ],
    [{ query: 'a', checks: '[{type: length}]' }, 'item 3, checks: expected JSON, got "[{type: length}]"'],
    [{ query: 'a', tags: '[b, c]' }, 'item 3, tags: expected JSON, got "[b, c]"'],
    [{ query: 'a', checks: [{ type: 'language', value: 'xx' }] }, 'item 3, checks.0.value: expected one of af'],
  ])('names the part of a field that it refuses: %j', (item, message) => {
    expect(() => parseQuery(item, 'item 3')).toThrow(message);
  });

  it('refuses a mapping to a field that no query has, and names the fields there are', async () => {
    const file = write('mapped.csv', 'question,answer\nA?,b\n');
    const map = (fields: QueriesConfig['fields']) => read([file], { ...(fields && { fields }) });
    await expect(map({ expected: 'Antwort', tags: 'tags' })).rejects.toThrow(
      'queries.fields.expected: expected a field of the queries, got "Antwort", which none has; they have question, answer',
    );
    await expect(map({ metadata: ['nothing'] })).rejects.toThrow('queries.fields.metadata: expected a field');
    await expect(map({ query: 'Frage' })).rejects.toThrow(
      'expected the field "Frage", which queries.fields.query names',
    );
    expect(await map({ expected: 'ANSWER' })).toMatchObject([{ expected: 'b' }]);
    expect(parseQuery({ instruction: 'a', input: 'b' }, 'item', { expected: 'Input' })).toEqual({
      text: 'a',
      expected: 'b',
    });
  });

  it('maps fields with other names, and leaves those alone that are listed as metadata', () => {
    const fields = { query: 'Frage', expected: 'Antwort', metadata: ['answers'] };
    expect(parseQuery({ Frage: 'a', Antwort: 'b', answers: ['c'], query: 'd' }, 'item', fields)).toEqual({
      text: 'a',
      expected: 'b',
      metadata: { answers: ['c'], query: 'd' },
    });
  });

  it('names keys beside a list of queries, own checks and criteria, and what queries expect differently', async () => {
    const rows = [
      { query: 'a?', checks: [{ type: 'length', max: 3 }], tags: 'x' },
      { query: 'A?', expected: 'b' },
      { query: 'c?', criteria: ['Clarity'] },
    ];
    const file = write('beside.json', JSON.stringify({ version: 1, data: rows }));
    let line = '';
    await read([file], {}, (facts) => (line = describeData(facts, [file])));
    expect(line).toContain('1 with checks of its own. 1 with criteria of its own.');
    expect(line).toContain('1 duplicate left out, 1 that expects something else.');
    expect(line).toContain('Nothing uses version, beside the list of queries.');
  });

  it('loses nothing of messages, criteria and checks: each part is in the query, or an error', () => {
    const text = fc.string({ minLength: 1, maxLength: 8 });
    const rarely = <T, U>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<U>) =>
      fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: bad });
    const turn = fc
      .record({
        role: rarely(fc.constantFrom('user', 'assistant', 'system'), fc.constant('tool')),
        content: rarely(text, fc.constant(null)),
      })
      .chain((good) => rarely(fc.constant(good), fc.constant({ ...good, name: 'Bob' })));
    const check = fc
      .record({ type: rarely(fc.constantFrom('equals', 'contains'), fc.constant('regexp')), value: text })
      .chain((good) =>
        rarely(fc.constant(good), fc.constantFrom({ ...good, weight: -1 }, { ...good, weight: 2, wait: 1 })),
      );
    const criterion = fc
      .record({ name: text.map((name) => `Own ${name}`), description: text })
      .chain((good) => rarely(fc.constant(good), fc.constant({ ...good, weigth: 2 })));
    const item = fc.record({
      messages: fc.array(turn, { minLength: 1, maxLength: 3 }),
      checks: fc.array(check, { maxLength: 2 }),
      criteria: fc.array(criterion, { maxLength: 2 }),
    });
    let whole = 0;
    fc.assert(
      fc.property(item, ({ messages, checks, criteria }) => {
        let parsed: ReturnType<typeof parseQuery>;
        try {
          parsed = parseQuery({ messages, checks, criteria }, 'item');
        } catch (error) {
          return (error as Error).name === 'UserError';
        }
        whole++;
        const { context = [], expected = '' } = parsed;
        const said = [...context.map(({ content }) => content), parsed.text, expected].join('\n');
        return (
          messages.every(({ content, ...turn }) => said.includes(content ?? '\0') && !('name' in turn)) &&
          JSON.stringify(parsed.checks) === JSON.stringify(checks) &&
          JSON.stringify(parsed.criteria) === JSON.stringify(criteria)
        );
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(whole).toBeGreaterThan(20);
  });

  it('loses no field of an item: each is a part of the query, or metadata, or an error', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'query',
        'question',
        'prompt',
        'expected',
        'answer',
        'tags',
        'id',
        'constructor',
        '__proto__',
        'context',
      ),
      fc.string({ minLength: 1, maxLength: 8 }),
    );
    const values = fc.dictionary(name, fc.string({ minLength: 1, maxLength: 12 }), { maxKeys: 6 });
    fc.assert(
      fc.property(values, (item) => {
        let parsed: ReturnType<typeof parseQuery>;
        try {
          parsed = parseQuery(item, 'item');
        } catch (error) {
          return (error as Error).name === 'UserError';
        }
        const { metadata = {}, text, expected, tags = [] } = parsed;
        const used = new Set([text, expected, ...Object.values(metadata)]);
        return Object.entries(item).every(
          ([key, value]) =>
            used.has(value) ||
            (key.trim().toLowerCase() === 'tags' && tags.every((tag) => value.includes(tag))) ||
            text.endsWith(value),
        );
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});

describe('a run’s queries', () => {
  const eight = Array.from({ length: 8 }, (_, i) => `Question ${i}?`);

  it('count once over all files, whatever their case and spaces, but not in the reference', async () => {
    const one = write('one.json', JSON.stringify([...eight, ...eight, ...eight]));
    const two = write('two.txt', eight.map((text) => `  ${text.toUpperCase()} \n`).join(''));
    expect((await read([one, two])).map(({ text }) => text)).toEqual(eight);
    expect(await read([one, two], { keepDuplicates: true })).toHaveLength(32);
    expect(await read([one], { limit: 5, order: 'shuffled' })).toHaveLength(5);
  });

  it('do not meet a held-out one: it leaves the search, wherever it stands', async () => {
    const mixed = write(
      'mixed.jsonl',
      [{ query: 'a' }, { query: 'b' }, { query: 'A', split: 'test' }].map((q) => JSON.stringify(q)).join('\n'),
    );
    const queries = await read([mixed]);
    expect(queries.map(({ text, heldOut }) => [text, heldOut ?? false])).toEqual([
      ['b', false],
      ['A', true],
    ]);
    const own = await read([write('train.json', '["a","b","c"]')], { heldOut: [write('proof.json', '["c","d"]')] });
    expect(own.map(({ text, heldOut }) => [text, heldOut ?? false])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', true],
    ]);
  });

  it('are described with the rows of `init` that are left, and the likely name of an answer', async () => {
    let line = '';
    const row = `First example: ${STARTER_QUESTION}`;
    const file = write('left.csv', `question,expectedAnswer\n"${row}",a\nb?,c\n`);
    await read([file], {}, (facts) => (line = describeData(facts, [file])));
    expect(line).toContain('1 row of `drpo init` is still there');
    expect(line).toContain('set queries.fields.expected to it');
  });

  it('are described in one line: how many, from where, a sample, and what nothing uses', async () => {
    let line = '';
    const file = write(
      'said.jsonl',
      [
        { query: 'a?', id: 1, output: 'x' },
        { query: 'A?', id: 2, output: 'y' },
        { query: 'b?', split: 'held-out' },
      ]
        .map((q) => JSON.stringify(q))
        .join('\n'),
    );
    await read([file], {}, (facts) => (line = describeData(facts, [file])));
    expect(line).toBe(
      'Read 2 queries from said.jsonl, such as "a?". 1 held out for the proof. 1 duplicate left out. Nothing uses id, output, kept as metadata. If output is the expected answer, set queries.fields.expected to it.',
    );
  });
});
