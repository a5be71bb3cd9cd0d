import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { listJsonValues } from '../../prompts/jsonValues.ts';
import { createEvaluationReader, createReplyReader } from '../../prompts/reply.ts';
import { THINKING } from './thinking.ts';

const rewards = ['Helpfulness', 'Critical-Thinking', 'Depth'].map((name) => ({ name, scoring: '' }));
const read = createEvaluationReader(rewards);
const readPrompt = createReplyReader(z.object({ new_system_prompt: z.string() }));

type Judged = Record<string, { rationale: string; score: number }>;

/** Remarks as judges write them, with all that parsers trip over. */
const remark = fc.constantFrom(
  'It answers the question and names the risk.',
  'Clear, but the 3 steps lack a reason {see step 2}.',
  'Says "drink water", which is right.',
  'Uses [brackets], {braces}: and `code`.',
  'Er sagt „trinken“, das stimmt.',
  'It shows </think> and <think> as text.',
  'A score of 5 would need sources; 4 of 5 claims hold.',
  'Two lines.\n- one\n- two',
  '步骤清楚，但缺少理由。',
  "It doesn't say why, and that's a flaw.",
  'C:\\temp and \\d+ are shown.',
);
const judged: fc.Arbitrary<Judged> = fc
  .tuple(...rewards.map(() => fc.tuple(remark, fc.integer({ min: 1, max: 5 }))))
  .map((all) => Object.fromEntries(all.map(([rationale, score], i) => [rewards[i]?.name ?? '', { rationale, score }])));

const WORDS = ['one', 'two', 'three', 'four', 'five'];
/** Spellings of points that mean the same. */
const points = fc.constantFrom<(n: number) => unknown>(
  (n) => n,
  (n) => String(n),
  (n) => `${n}/5`,
  (n) => `${n} out of 5`,
  (n) => `${n}.0`,
  (n) => WORDS[n - 1],
  (n) => `**${n}**`,
  (n) => `Score: ${n}`,
);
const keys = fc.constantFrom<(name: string) => string>(
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => `**${name}**`,
  (name) => name.replace('-', ' ').toLowerCase(),
  (name) => `1. ${name}`,
  (name) => `${name} (1-5)`,
);
type Write = (judgement: Judged, spell: (n: number) => unknown, key: (name: string) => string) => unknown;
const shapes = fc.constantFrom<Write>(
  (j, spell, key) => map(j, ([name, { rationale, score }]) => [key(name), { rationale, score: spell(score) }]),
  (j, spell, key) => ({ evaluation: map(j, ([n, s]) => [key(n), { Rationale: s.rationale, Score: spell(s.score) }]) }),
  (j, spell, key) =>
    Object.entries(j).map(([n, s]) => ({ aspect: key(n), reason: s.rationale, rating: spell(s.score) })),
  (j, spell, key) => ({
    scores: Object.entries(j).map(([n, s]) => ({ name: key(n), rationale: s.rationale, score: spell(s.score) })),
  }),
  (j, spell, key) =>
    Object.entries(j).map(([n, s]) => ({ [key(n)]: { rationale: s.rationale, score: spell(s.score) } })),
);
const map = (judgement: Judged, edit: (entry: [string, Judged[string]]) => [string, unknown]): unknown =>
  Object.fromEntries(Object.entries(judgement).map(edit));

/** What models put around their JSON, without a change of its meaning. */
const around = fc.constantFrom<(json: string) => string>(
  (json) => json,
  (json) => `\`\`\`json\n${json}\n\`\`\``,
  (json) => `Here is my judgement:\n\n${json}\n\nI hope {this} helps.`,
  (json) => `{"Helpfulness": {"rationale": "draft", "score": 1}}\nNo, better:\n${json}`,
  (json) => `${json}\nNote: {name} is a placeholder [1].`,
  (json) => `I must give {…}. So:\n${json}`,
  (json) => `\`\`\`\nplan {x}\n\`\`\`\n\`\`\`json\n${json}\n\`\`\``,
  (json) => json.replace(/\}\s*$/, ',\n}').replace(/\]\s*$/, ',\n]'),
  (json) => json.replaceAll('\\n', '\n'),
  (json) => `\ufeff${json}\n\n`,
  (json) => JSON.stringify(json),
  ...THINKING.map((write) => (json: string) => write('Depth {"Depth": {"score": 1}}?', json)),
);
const reply = fc
  .tuple(judged, points, keys, shapes, around, fc.boolean())
  .map(([judgement, spell, key, write, wrap, pretty]) => ({
    judgement,
    text: wrap(JSON.stringify(write(judgement, spell, key), null, pretty ? 2 : 0)),
  }));
const runs = { numRuns: 500 };

describe('a judge’s reply', () => {
  it('is read as a person reads it, in every shape and wrapping', () => {
    fc.assert(
      fc.property(reply, ({ judgement, text }) => {
        const reading = read(text);
        // a mark of a thought inside a remark may hide what comes before it
        if (text.includes('</think> and') && 'complaint' in reading) return;
        expect(reading).toEqual({ value: judgement });
      }),
      runs,
    );
  });

  it('that was cut off anywhere is read whole or not at all', () => {
    fc.assert(
      fc.property(reply, fc.double({ min: 0, max: 1, noNaN: true }), ({ judgement, text }, share) => {
        const reading = read(text.slice(0, Math.floor(share * text.length)));
        if ('value' in reading) expect(reading.value).toEqual(judgement);
      }),
      runs,
    );
  });

  it('that lacks an aspect or has points beyond 1 to 5 is refused', () => {
    fc.assert(
      fc.property(
        judged,
        shapes,
        fc.constantFrom(0, 6, 10, -3, '7/10', '3 or 4', '1 to 5', null, '', 'good'),
        fc.nat({ max: 2 }),
        fc.boolean(),
        (judgement, write, bad, at, isMissing) => {
          const name = rewards[at]?.name ?? '';
          const faulty = Object.fromEntries(Object.entries(judgement).filter(([key]) => !isMissing || key !== name));
          const text = JSON.stringify(
            write(
              faulty,
              (n) => (isMissing ? n : n === judgement[name]?.score ? bad : n),
              (key) => key,
            ),
          );
          expect(read(text)).toHaveProperty('complaint');
        },
      ),
      runs,
    );
  });

  it.each([
    [
      'two judgements that differ, in one object',
      '{"a": {"Helpfulness": 4, "Depth": 4, "Critical-Thinking": 4}, "b": {"Helpfulness": 2, "Depth": 4, "Critical-Thinking": 4}}',
    ],
    [
      'a draft before a judgement that was cut off',
      '{"Helpfulness": 4, "Depth": 4, "Critical-Thinking": 4}\nBetter:\n{"Helpfulness": {"rationale": "it is',
    ],
    [
      'a draft inside an object that was cut off',
      '{"draft": {"Helpfulness": 4, "Depth": 4, "Critical-Thinking": 4}, "final": {"Helpf',
    ],
  ])('with %s is refused', (_, text) => {
    expect(read(text)).toHaveProperty('complaint');
  });
});

describe('a new prompt', () => {
  const prompt = fc
    .array(
      fc.constantFrom(
        'Be kind.',
        ' {name}',
        '\n- ',
        ' "quoted"',
        ' why?',
        " it's",
        ', too',
        ': so',
        ' \\n',
        ' [x]',
        '}',
      ),
      { minLength: 1, maxLength: 9 },
    )
    .map((parts) => parts.join(''));

  it('is read whole or not at all, however its reply was cut off', () => {
    fc.assert(
      fc.property(prompt, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
        const whole = JSON.stringify({ analysis: text, new_system_prompt: text });
        expect(readPrompt(whole)).toEqual({ value: { new_system_prompt: text } });
        const reading = readPrompt(whole.slice(0, Math.floor(share * (whole.length - 1))));
        expect(reading).toHaveProperty('complaint');
      }),
      runs,
    );
  });

  it('in parts that are added up over lines is read as one text', () => {
    const reply = '{"new_system_prompt": "You are kind. " +\n  "Be brief."}';
    expect(listJsonValues(reply).values).toEqual([{ new_system_prompt: 'You are kind. Be brief.' }]);
  });

  it('with quotes that are not escaped is read with them', () => {
    expect(readPrompt('{"new_system_prompt": "Say "hello", then help. It\'s fine."}')).toEqual({
      value: { new_system_prompt: 'Say "hello", then help. It\'s fine.' },
    });
  });

  it.each([
    '<think>I might say {"new_system_prompt": "DRAFT"} but',
    '{"new_system_prompt": "You are {name} and',
    '{"analysis": "}", "new_system_prompt": "You are}',
  ])('is not taken from a thought or a broken end: %s', (text) => {
    expect(readPrompt(text)).toHaveProperty('complaint');
  });
});

it.each(['"', '\\', '{', '[', '{"', '"x', '":', '",', "'", '<', '}', ' ', '\n', '{"a":1,'])(
  '128 KB of %j are read or refused in less than a second',
  (part) => {
    for (const text of [
      part.repeat(131_072 / part.length),
      `{"Depth": {"rationale": "${part.repeat(131_072 / part.length)}", "score": 4}}`,
    ]) {
      const start = performance.now();
      listJsonValues(text);
      expect(performance.now() - start).toBeLessThan(1000); // an idle machine takes 0.05 s
    }
  },
);
