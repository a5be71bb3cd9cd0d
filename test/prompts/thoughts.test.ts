import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createThoughtFilter } from '../../prompts/thoughtFilter.ts';
import { splitThoughts } from '../../prompts/thoughts.ts';
import { THINKING } from './thinking.ts';

const ANSWER = 'Drink water.\n\nThen rest.';

describe('a reply', () => {
  it.each(THINKING.map((write) => [write('I could say SECRET {"a": 1}.', ANSWER)]))('is its answer: %j', (reply) => {
    expect(splitThoughts(reply)).toEqual({ answer: ANSWER, hasThoughts: true, isCutOff: false });
  });

  it.each([
    '<think>I might say',
    '<think>one</think><think>two',
    '[THINK]one',
    '<|channel|>analysis<|message|>one',
    '<|channel|>analysis<|message|>one<|end|><|start|>assistant',
    'analysisWe need to',
    'Sure.\n\n<think>one',
    '◁think▷one',
  ])('that ends inside a thought has no answer: %j', (reply) => {
    expect(splitThoughts(reply)).toEqual({ answer: '', hasThoughts: true, isCutOff: true });
  });

  it.each([
    ['Sure.\n<think>SECRET</think>\nDrink.', 'Sure.\nDrink.'],
    ['Sure. <think>SECRET</think> Drink.', 'Sure. Drink.'],
    ['One.\n\n<think>\nSECRET\n</think>', 'One.'],
    ['<think>a</think>One.\n<think>SECRET</think>\nTwo.', 'One.\nTwo.'],
  ])('loses the thoughts that begin a line or a sentence: %j', (reply, answer) => {
    expect(splitThoughts(reply).answer).toBe(answer);
  });

  it.each([
    'Models write <think> and </think> around thoughts.',
    'Use `</think>` to end one.',
    'R1 ends it with "</think>" and goes on.',
    'Like this:\n```\n<think>so</think>\n```\nThat is all.',
    'In its answer <think>…</think> comes first.',
    '{"rationale": "It shows </think> to the user", "score": 2}',
    'analysis of tides: the moon pulls',
    'I think [thinking] is hard, <thinkers> say',
    ' plain \n',
    '',
  ])('that speaks of marks, or has none, stays as it is: %j', (reply) => {
    expect(splitThoughts(reply)).toEqual({ answer: reply, hasThoughts: false, isCutOff: false });
  });

  it('is split in time that grows with its length alone', () => {
    const parts = [
      '<think>',
      '</think>',
      '<think></think>',
      '`',
      '```\n',
      '"<think>"',
      'A. <think>b</think> C',
      '<|channel|>final',
      '<',
      '\n ',
    ];
    for (const part of parts) {
      const reply = part.repeat(Math.ceil(131_072 / part.length));
      const start = performance.now();
      splitThoughts(reply);
      expect(performance.now() - start).toBeLessThan(1000); // some of these took minutes
    }
  });
});

const inParts = (reply: string, lengths: readonly number[], isOpen = false): string => {
  const filter = createThoughtFilter(isOpen);
  let shown = '';
  for (let at = 0, i = 0; at < reply.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    shown += filter.push(reply.slice(at, at + length));
    at += length;
  }
  return shown + filter.end();
};

describe('a reply that streams', () => {
  const text = fc.array(fc.constantFrom('Drink', ' water', '.', '\n', ' <b>', '[1]', '`x`', ' and', '  '), {
    maxLength: 12,
  });
  const bare = THINKING.filter((write) => /^\s*[<[◁]/.test(write('t', 'a')));

  it('shows what the whole reply shows, however it is cut into parts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bare),
        text,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (write, words, lengths) => {
          const reply = write('I could say SECRET.', `Yes, ${words.join('')}`.trim());
          expect(inParts(reply, lengths)).toBe(splitThoughts(reply).answer);
        },
      ),
    );
  });

  it('shows the final channel of a reply whose marks are lost', () => {
    expect(inParts('analysisWe see SECRET.assistantfinalDrink.', [8, 3])).toBe('Drink.');
    expect(inParts('analysis of tides', [8, 3])).toBe('analysis of tides');
  });

  it('shows the answer after a thought that speaks of its own mark', () => {
    expect(inParts('<think>The <think> mark. SECRET</think>Drink.', [4])).toBe('Drink.');
  });

  it('shows nothing of a thought that its template opens, if that is known', () => {
    expect(inParts('SECRET\n</think>\n\nDrink.', [3], true)).toBe('Drink.');
    expect(inParts('No thought at all.', [3], true)).toBe('No thought at all.');
  });

  it('shows each part at once if nothing in it can become a mark', () => {
    const filter = createThoughtFilter();
    expect(['Drink', ' water', '.\n', 'Then', ' rest'].map((part) => filter.push(part))).toEqual([
      'Drink',
      ' water',
      '.',
      '\nThen',
      ' rest',
    ]);
  });

  it('waits while its first word may become that of a channel', () => {
    expect(inParts('analysisWe see SECRET.assistantfinalDrink.', [3])).toBe('Drink.');
    expect(inParts('An apple', [1])).toBe('An apple');
    expect(inParts('an', [1])).toBe('an');
  });

  it('keeps marks in code, and drops a thought that begins a line', () => {
    expect(inParts('So:\n```\n<think>x</think>\n```\nDone', [4])).toBe('So:\n```\n<think>x</think>\n```\nDone');
    expect(inParts('So:\n<think>SECRET</think>\nDone', [4])).toBe('So:\nDone');
    expect(inParts('So:\n<think>SECRET', [4])).toBe('So:');
  });
});
