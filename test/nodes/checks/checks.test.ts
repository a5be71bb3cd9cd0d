import { describe, expect, it } from '@jest/globals';
import { runCheck, type CheckFunction, type CheckTools } from '../../../nodes/checks/runCheck.ts';
import { withChecks } from '../../../nodes/checks/withChecks.ts';
import type { Judge } from '../../../nodes/index.ts';
import { Check } from '../../../state/check.ts';
import { toCheckName } from '../../../state/toCheckName.ts';
import { LANGUAGE_CODES } from '../../../state/languageCodes.ts';
import { supportedLanguages, toISO2 } from 'tinyld';
import { computeReward } from '../../../state/judgement.ts';

const FUNCTIONS: Record<string, CheckFunction> = {
  half: () => 0.5,
  yes: () => true,
  remark: () => ({ score: 0, remark: 'too plain' }),
  wrong: () => 'yes',
  high: () => 3,
  broken: () => {
    throw new Error('no network');
  },
  async: async ({ response, expected }) => response === expected,
};
const tools: CheckTools = { importFunction: async (module) => FUNCTIONS[module] ?? (() => null) };
const run = (check: unknown, response: string, expected?: string) =>
  runCheck(Check.parse(check), { query: 'q', response, ...(expected !== undefined && { expected }) }, tools);

describe('a check', () => {
  it.each<[object, string, number, string?]>([
    [{ type: 'equals', value: 'Paris' }, ' Paris\n', 1],
    [{ type: 'equals', value: 'Paris' }, 'paris', 0],
    [{ type: 'equals', value: 'Paris', ignoreCase: true }, 'paris', 1],
    [{ type: 'equals' }, '42', 1, '42'],
    [{ type: 'contains', value: 'refund' }, 'A refund is due.', 1],
    [{ type: 'contains', value: ['a', 'b', 'c', 'z'] }, 'abc', 0.75],
    [{ type: 'contains', value: 'refund', not: true }, 'A refund is due.', 0],
    [{ type: 'contains' }, 'It is Paris, of course.', 1, 'Paris'],
    [{ type: 'regex', pattern: '^\\d+$' }, '12', 1],
    [{ type: 'regex', pattern: 'yes', flags: 'i' }, 'YES', 1],
    [{ type: 'regex', pattern: 'a', flags: 'g' }, 'ba', 1],
    [{ type: 'jsonSchema' }, '{"a":1}', 1],
    [{ type: 'jsonSchema' }, 'Here: {"a":1}', 0],
    [
      { type: 'jsonSchema', schema: { type: 'object', required: ['a'], properties: { a: { maximum: 5 } } } },
      '{"a":9}',
      0,
    ],
    [{ type: 'length', max: 3 }, 'one two three', 1],
    [{ type: 'length', max: 3 }, 'one, two; three four', 0],
    [{ type: 'length', min: 2, unit: 'sentences' }, 'One. Two!', 1],
    [{ type: 'length', max: 2, unit: 'lines' }, 'a\n\nb\n', 1],
    [{ type: 'length', max: 4, unit: 'characters' }, 'äöü👍', 1],
    [{ type: 'language', value: 'de' }, 'Ihre Bestellung kommt morgen an.', 1],
    [{ type: 'language', value: 'de' }, 'Your order will arrive tomorrow.', 0],
    [{ type: 'similarity' }, 'the cat sat', 1, 'the cat sat'],
    [{ type: 'similarity', min: 0.9 }, 'a dog ran', 0, 'the cat sat'],
    [{ type: 'equals', value: 'Paris', exact: true }, 'Paris ', 0],
    [{ type: 'contains', value: ['a', 'z'], match: 'all' }, 'abc', 0],
    [{ type: 'contains', value: ['a', 'z'], match: 'any' }, 'abc', 1],
    [{ type: 'contains', value: ['a', 'z'], match: 'all', not: true }, 'abc', 1],
    [{ type: 'contains', value: 'b', at: 'start' }, 'abc', 0],
    [{ type: 'jsonSchema', within: 'json', schema: { required: ['a'] } }, 'Here: {"b":1} {"a":1}', 1],
    [{ type: 'jsonSchema', within: 'json' }, 'Hello {name}', 0],
    [{ type: 'jsonSchema', within: 'relaxed' }, 'Hello {name}', 1],
    [{ type: 'jsonSchema', within: 'relaxed', schema: { required: ['a'] } }, '{ a: 1, // one\n b: 2 }', 1],
    [{ type: 'length', max: 2, unit: 'spaced words' }, 'well-known – it', 0],
    [{ type: 'similarity', value: 'the cat sat' }, 'the cat sat', 1],
    [
      {
        type: 'group',
        checks: [
          { type: 'contains', value: 'a' },
          { type: 'contains', value: 'z' },
        ],
      },
      'abc',
      0.5,
    ],
    [
      {
        type: 'group',
        min: 0.5,
        checks: [
          { type: 'contains', value: 'a' },
          { type: 'contains', value: 'z' },
        ],
      },
      'abc',
      1,
    ],
    [
      {
        type: 'group',
        min: 0.8,
        checks: [
          { type: 'contains', value: 'a', weight: 2 },
          { type: 'contains', value: 'z', weight: 3 },
        ],
      },
      'abc',
      0.5,
    ],
    [{ type: 'ifeval', instruction: 'punctuation:no_comma' }, 'a, b', 0],
    [{ type: 'ifeval', instruction: 'startend:quotation', loose: true }, 'Sure:\n"a"', 1],
    [{ type: 'function', module: 'half' }, '', 0.5],
    [{ type: 'function', module: 'yes', not: true }, '', 0],
    [{ type: 'function', module: 'async' }, 'x', 1, 'x'],
    [{ type: 'evaluator', module: 'high', range: [1, 5] }, '', 0.5],
  ])('%j of %j gives the share %d', async (...[check, response, share, expected]) => {
    expect((await run(check, response, expected))?.share).toBe(share);
  });

  it.each([
    [{ type: 'language', value: 'xx' }, 'among af, am'],
    [{ type: 'language', value: 'nb' }, 'among af, am'],
    [{ type: 'jsonSchema', schema: { $ref: 'https://example.com/x.json' } }, 'whose $refs are all within it'],
    [{ type: 'jsonSchema', schema: { properties: { a: { type: 'strng' } } } }, 'known types'],
    [{ type: 'jsonSchema', schema: { items: { pattern: '(' } } }, 'patterns are right'],
    [{ type: 'jsonSchema', schema: { propertys: { a: true } } }, 'keywords'],
    [{ type: 'jsonSchema', schema: { properties: { a: { minimum: '3' } } } }, 'keywords'],
    [{ type: 'jsonSchema', schema: { required: 'a' } }, 'keywords'],
    [{ type: 'length', min: 0 }, 'which each response reaches'],
    [{ type: 'evaluator', module: 'm', range: [5, 1] }, 'the lowest score'],
    [{ type: 'length', max: 1, name: '__proto__' }, 'expected another name'],
  ])('that cannot count is refused: %j', (check, message) => {
    expect(Check.safeParse(check).error?.message ?? '').toContain(message);
  });

  it('takes a JSON schema whose references are within it', async () => {
    const schema = {
      $defs: { city: { type: 'string' } },
      title: 'A city',
      properties: { city: { $ref: '#/$defs/city' }, propertys: { minimum: 1 } },
    };
    expect((await run({ type: 'jsonSchema', schema }, '{"city":7}'))?.share).toBe(0);
    expect((await run({ type: 'jsonSchema', schema }, '{"city":"Rome"}'))?.share).toBe(1);
  });

  it('names all languages that are recognized', () => {
    const known = supportedLanguages.map((code) => toISO2(code)).filter((code) => code.length === 2);
    expect([...LANGUAGE_CODES]).toEqual([...new Set(known)].toSorted());
  });

  it('says what is wrong in a remark that the optimizer can use', async () => {
    const remarks = await Promise.all([
      run({ type: 'length', max: 3 }, 'one two three four'),
      run({ type: 'contains', value: ['refund', 'Sunday'] }, 'a refund'),
      run({ type: 'jsonSchema', schema: { properties: { a: { maximum: 5 } } } }, '{"a":9}'),
      run({ type: 'jsonSchema' }, '```json\n{}\n```'),
      run({ type: 'function', module: 'remark' }, ''),
      run({ type: 'equals', value: 'x', not: true }, 'x'),
      run({ type: 'equals', value: 'x', not: true }, 'y'),
      run({ type: 'contains', value: ['refund', 'Sunday'], not: true }, 'a refund'),
    ]);
    expect(remarks.map((result) => result?.remark)).toEqual([
      '4 words where at most 3 are wanted',
      'it contains "refund" and lacks "Sunday"',
      '#/a: 9 is greater than 5.',
      expect.stringContaining('it is in a code fence'),
      'too plain',
      'this must not be: it is the expected answer',
      'it is not so, as wanted',
      'this must not be: it contains "refund" and lacks "Sunday"',
    ]);
  });

  it('does not concern a query without an expected answer', async () => {
    for (const type of ['equals', 'contains', 'similarity']) expect(await run({ type }, 'a')).toBeNull();
  });

  it.each(['wrong', 'high', 'broken', 'unknown'])('takes nothing but a share from a function: %s', async (module) => {
    await expect(run({ type: 'function', module }, '')).rejects.toThrow(/expected true, false or a number|no network/);
  });

  it.each([
    [{ type: 'length' }],
    [{ type: 'length', min: 5, max: 3 }],
    [{ type: 'regex', pattern: '(' }],
    [{ type: 'regex', pattern: 'a', flags: 'zz' }],
    [{ type: 'language', value: 'German' }],
    [{ type: 'similarity', min: 2 }],
    [{ type: 'contains', values: ['a'] }],
    [{ type: 'equals', weight: 0 }],
    [{ type: 'starts-with', value: 'a' }],
  ])('is refused if it is not one: %j', (check) => {
    expect(Check.safeParse(check).success).toBe(false);
  });

  it('is named for what it checks', () => {
    const names = [
      { type: 'length', max: 120 },
      { type: 'contains', value: 'a\nb', not: true },
      { type: 'equals', name: 'Answer' },
    ];
    expect(names.map((check) => toCheckName(Check.parse(check)))).toEqual([
      '0 to 120 words',
      'not contains a b',
      'Answer',
    ]);
  });
});

describe('withChecks', () => {
  const reads = { query: 'q', response: 'one two', rewards: [], reasoning: '', stage: 'prompt' as const };
  const judge: Judge = async () => ({ evaluation: { Clarity: { rationale: 'ok', score: 3 } } });
  const check = (one: unknown) => Check.parse(one);

  it('adds points from 1 to 5 beside the judge’s, and weighs them', async () => {
    const both = withChecks(judge, { checks: [check({ type: 'length', max: 5, weight: 3 })], tools });
    const { evaluation } = await both(reads);
    expect(evaluation).toEqual({
      Clarity: { rationale: 'ok', score: 3 },
      '0 to 5 words': { rationale: '2 words where at most 5 are wanted', score: 5, weight: 3 },
    });
    expect(computeReward(evaluation)).toBe((3 + 3 * 5) / 4);
  });

  it('keeps the judge’s aspect of the same name', async () => {
    const judge: Judge = async () => ({ evaluation: { Clarity: { rationale: 'r', score: 2 } } });
    const check = Check.parse({ type: 'length', max: 3, name: 'Clarity' });
    const { evaluation } = await withChecks(judge, { checks: [check], tools })({
      query: 'q',
      response: 'one',
      rewards: [],
      reasoning: '',
      stage: 'prompt',
    });
    expect(Object.entries(evaluation).map(([name, { score }]) => [name, score])).toEqual([
      ['Clarity', 2],
      ['Clarity (check)', 5],
    ]);
  });

  it('runs the checks that come with a query, and tells equal names apart', async () => {
    const alone = withChecks(undefined, { checks: [check({ type: 'contains', value: 'a', name: 'x' })], tools });
    const { evaluation } = await alone({ ...reads, checks: [check({ type: 'contains', value: 'two', name: 'x' })] });
    expect(Object.entries(evaluation).map(([name, { score }]) => [name, score])).toEqual([
      ['x', 1],
      ['x (2)', 5],
    ]);
    expect(Object.values(evaluation).map(({ isOfQuery }) => isOfQuery)).toEqual([undefined, true]);
  });

  it('is missing if the judge or a check is, or if nothing concerns the query', async () => {
    const broken = check({ type: 'function', module: 'broken' });
    const silent: Judge = async () => ({ evaluation: {}, missing: 'no reply' });
    expect(await withChecks(judge, { checks: [broken], tools })(reads)).toEqual({
      evaluation: {},
      missing: 'check broken: no network',
    });
    expect(await withChecks(silent, { checks: [check({ type: 'length', max: 5 })], tools })(reads)).toEqual({
      evaluation: {},
      missing: 'no reply',
    });
    expect(await withChecks(undefined, { checks: [check({ type: 'equals' })], tools })(reads)).toMatchObject({
      missing: 'no check concerns this query',
    });
  });
});
