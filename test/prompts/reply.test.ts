import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readReferenceReply } from '../../prompts/referenceReply.ts';
import { listJsonValues } from '../../prompts/jsonValues.ts';
import { readPoints } from '../../prompts/readPoints.ts';
import { createEvaluationReader } from '../../prompts/reply.ts';

const rewards = ['Clarity', 'Depth'].map((name) => ({ name, scoring: '' }));
const read = createEvaluationReader(rewards);
const good = '{"Clarity": {"rationale": "plain", "score": 4}, "Depth": {"rationale": "flat", "score": "2"}}';
const wanted = { Clarity: { rationale: 'plain', score: 4 }, Depth: { rationale: 'flat', score: 2 } };

describe('a judge’s reply', () => {
  it.each([
    ['bare', good],
    ['fenced', `\`\`\`json\n${good}\n\`\`\``],
    ['in prose', `Here it is.\n\n${good}\n\nI hope this helps.`],
    ['after thoughts', `<think>{"Clarity": ...} hm</think>${good}`],
    ['with trailing commas', good.replaceAll('}', ',}').replace(',,', ',')],
    ['with single quotes', good.replaceAll('"', "'")],
    ['in other case', good.replace('Clarity', 'clarity').replace('Depth', 'DEPTH')],
    ['under one key', `{"evaluation": ${good}}`],
    [
      'with an aspect nobody asked for',
      good.replace('{"Clarity"', '{"Tone": {"rationale": "", "score": 1}, "Clarity"'),
    ],
    ['with a raw newline in a string', good.replace('plain', 'pl\nain')],
  ])('is read %s', (_, text) => {
    const reading = read(text);
    const expected = _.includes('newline') ? { ...wanted, Clarity: { rationale: 'pl\nain', score: 4 } } : wanted;
    expect(reading).toEqual({ value: expected });
  });

  it('may name its points in the key', () => {
    expect(read('{"clarity_score": 4, "Depth score": "2"}')).toEqual({
      value: { Clarity: { rationale: '', score: 4 }, Depth: { rationale: '', score: 2 } },
    });
  });

  it.each([
    ['empty', '', 'empty'],
    ['prose alone', 'Rather good, four of five.', 'no JSON object'],
    ['cut off', '{"Clarity": {"rationale": "pl', 'cut off'],
    ['short of an aspect', '{"Clarity": {"rationale": "plain", "score": 4}}', '"Depth" was missing'],
    ['out of range', good.replace('4', '7'), 'the score of "Clarity"'],
    ['without a score', good.replace('"score": 4', '"length": 40'), 'the score of "Clarity"'],
  ])('is sent back with a complaint if it is %s', (_, text, complaint) => {
    expect(read(text)).toEqual({ complaint: expect.stringContaining(complaint) });
  });

  it.each([
    ['<think>SECRET</think>plain', 'plain'],
    ['plain\n<think>SECRET</think>\nand short', 'plain\nand short'],
    ['plain <think>SECRET', 'plain <think>SECRET'],
    ['it shows </think> to the user', 'it shows </think> to the user'],
  ])('has no thought in the remark %j', (remark, kept) => {
    const reading = read(good.replace('"plain"', JSON.stringify(remark)));
    expect(reading).toHaveProperty('value.Clarity.rationale', kept);
  });

  it('takes points under a key in another language, not under prose that a broken quote made a key', () => {
    const points = (key: string) => read(good.replace('"score": 4', `"${key}": 4`));
    expect(points('Punktzahl (1 bis 5)')).toEqual({ value: wanted });
    const broken = good.replace('plain", "score"', 'plain, which is what one wants to see. It also menti');
    expect(read(broken)).toHaveProperty('complaint');
    expect(points('which is what one wants to see')).toHaveProperty('complaint');
  });

  it('leaves out an aspect that does not apply', () => {
    expect(read(good.replace('"2"', '"N/A"'))).toEqual({ value: { Clarity: wanted.Clarity } });
  });

  it('reads what it is given, whatever the names and remarks hold', () => {
    const name = fc.string({ minLength: 1 }).filter((s) => /[\p{L}\p{N}]/u.test(s));
    fc.assert(
      fc.property(
        fc.uniqueArray(name, {
          minLength: 1,
          maxLength: 5,
          selector: (s) =>
            s
              .normalize('NFKC')
              .toLowerCase()
              .replace(/[^\p{L}\p{N}]/gu, ''),
        }),
        fc.string({ unit: 'binary' }),
        (names, rationale) => {
          const evaluation = Object.fromEntries(names.map((n) => [n, { rationale, score: 3 }]));
          expect(
            createEvaluationReader(names.map((n) => ({ name: n, scoring: '' })))(JSON.stringify(evaluation)),
          ).toEqual({
            value: evaluation,
          });
        },
      ),
    );
  });
});

it.each([
  [4, 4],
  ['4', 4],
  [' 5 ', 5],
  [4.5, 4.5],
  ['4.5', 4.5],
  ['4/5', 4],
  ['4 out of 5', 4],
  ['**4**', 4],
  ['Score: 3', 3],
  ['I would give it a 4', 4],
  ['Bewertung: 4', 4],
  ['Gives 3 tips', undefined],
  ['It covers all 5 points', undefined],
  ['N/A', null],
  ['n/a.', null],
  [0, undefined],
  [6, undefined],
  ['4/10', undefined],
  ['four', 4],
  ['Four out of five', 4],
  ['4.0', 4],
  ['N/A, as nothing is claimed', null],
  ['one of the best', undefined],
  ['less than 4', undefined],
  ['5 to 5', undefined],
  ['1 to 5', undefined],
  ['−3', undefined],
  ['4 %', undefined],
  ['', undefined],
  [null, undefined],
  [true, undefined],
  ['-3', undefined],
])('points written %j are %j', (raw, points) => {
  expect(readPoints(raw)).toBe(points);
});

it('reads no object out of anything without throwing', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void listJsonValues(text)));
});

describe('the reference’s own reading', () => {
  it.each([
    ['bare', good],
    ['fenced', `\`\`\`json\n${good}\n\`\`\``],
    ['fenced in capitals', `\`\`\`JSON\n${good}\`\`\``],
    ['with a raw newline', good.replace('plain', 'pl\nain')],
  ])('accepts a reply %s', (_, text) => {
    expect(readReferenceReply(text)).toHaveProperty('value.Depth.score', 2);
  });

  it.each([
    ['prose before', `Here: ${good}`],
    ['prose after', `${good} That is all.`],
    ['a trailing comma', good.replace(/}}$/, '},}')],
    ['a fraction in text', good.replace('"2"', '"2.5"')],
    ['nothing', ''],
  ])('fails on %s', (_, text) => {
    expect(readReferenceReply(text)).toHaveProperty('complaint');
  });

  it('cuts a fraction off a number, as int() does', () => {
    expect(readReferenceReply(good.replace('4', '4.5'))).toHaveProperty('value.Clarity.score', 4);
  });
});
