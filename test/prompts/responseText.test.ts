import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { removeRepetition } from '../../prompts/removeRepetition.ts';
import { readResponse } from '../../prompts/responseText.ts';

const plain = (reply: string, isLimited = false) => readResponse(reply, { isPlain: true, isLimited });
const ANSWER =
  'Water is good for you, and it helps with the heat of the day. Drink two glasses in the morning.\nThen rest in the shade.';

describe('a response in the plain layout', () => {
  it.each([
    ['\nDrink water.\n<END>\n\n#Query:\nHow do I bake bread?\n\n#Answer:\n<START>\nMix', 'Drink water.'],
    ['Drink water.\n\n# Query:\nAnd bread?', 'Drink water.'],
    ['Drink water.\n# Answer:\nDrink', 'Drink water.'],
    ['Drink water.\n\n# instructions\n\nBe kind', 'Drink water.'],
    ['<START>\nDrink water.\n<END', 'Drink water.'],
    ['Drink water.<|eot_id|>assistant', 'Drink water.'],
    ['Drink water.<|endoftext|>The', 'Drink water.'],
    ['Drink water.<eos>\nMore', 'Drink water.'],
    ['Drink water.\n\n#  query :\nAnd bread?', 'Drink water.'],
    ['# Answer:\n<START>\nDrink water.\n<END>', 'Drink water.'],
  ])('ends where the layout ends: %j', (reply, response) => {
    expect(plain(reply)).toEqual({ response, cuts: ['layout'] });
  });

  it('keeps headings of its own, and those in code', () => {
    for (const reply of ['# Drinks\n\nWater.', 'See:\n```py\n# Query: x\n```\nDone.', 'The # Query: mark is ours.'])
      expect(plain(reply)).toEqual({ response: reply, cuts: [] });
  });
});

describe('a response that repeats itself until the limit', () => {
  it.each([
    ['one line', `Intro here.\n${'Drink water now.\n'.repeat(12)}Drink wa`, 'Intro here.\nDrink water now.'],
    ['a short answer', `Drink water.${'\n\n# Reply\n\nDrink water.'.repeat(3)}\n\n# Re`, 'Drink water.'],
    ['one sentence', `Rest first. ${'Then drink water. '.repeat(9)}Then dri`, 'Rest first. Then drink water.'],
    ['its answer, under a heading', `${ANSWER}\n\n# Answer:\n${ANSWER.slice(0, 100)}`, ANSWER],
    [
      'its answer, under several headings',
      `${ANSWER}\n\n## Reply\n${ANSWER}\n\n**More**\n${ANSWER.slice(0, 90)}`,
      ANSWER,
    ],
    ['its answer, without a heading', `${ANSWER}\n\n${ANSWER}\n\n${ANSWER.slice(0, 30)}`, ANSWER],
  ])('is cut before the repetition of %s', (_, reply, response) => {
    expect(readResponse(reply, { isPlain: false, isLimited: true })).toEqual({ response, cuts: ['repetition'] });
    expect(readResponse(reply, { isPlain: false, isLimited: false })).toEqual({ response: reply, cuts: [] });
  });

  it('is judged as it is if it only was cut off', () => {
    const song = 'Row, row, row your boat,\ngently down the stream.\nMerrily, merrily, merrily, merrily, life is';
    expect(readResponse(song, { isPlain: false, isLimited: true })).toEqual({ response: song, cuts: [] });
  });

  it('never loses what was said once, and takes time that grows with the length alone', () => {
    const sentence = fc.array(fc.constantFrom('water', 'rest', 'shade', 'drink', 'two'), {
      minLength: 4,
      maxLength: 9,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(sentence, { minLength: 1, maxLength: 6, selector: String }),
        fc.integer({ min: 4, max: 9 }),
        (sentences, times) => {
          const once = sentences.map((words) => `${words.join(' ')}.`).join('\n');
          const loop = 'And then you drink a glass of water again, and that is all.\n';
          const cut = removeRepetition(`${once}\n${loop.repeat(times)}And then you`);
          expect(cut).toBe(`${once}\n${loop.trimEnd()}`);
        },
      ),
    );
    for (const text of [
      'a'.repeat(131_072),
      `${'ab'.repeat(99)}c`.repeat(600),
      'x\n'.repeat(65_000),
      '# h\n'.repeat(30_000),
    ]) {
      const start = performance.now();
      removeRepetition(text);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});

it.each([
  ['', false, 'the reply was empty'],
  [' \n', false, 'the reply was empty'],
  ['<think>so</think>', false, 'a thought and nothing else'],
  ['<think>so', true, 'inside a thought; raise models.base.maxTokens'],
  ['', true, 'spent before the answer began'],
])('%j is no response', (reply, isLimited, why) => {
  for (const isPlain of [true, false])
    expect(readResponse(reply, { isPlain, isLimited })).toMatchObject({
      response: '',
      missing: expect.stringContaining(why),
    });
});
