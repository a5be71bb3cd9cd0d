import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { makeAligner } from '../../nodes/alignedModel.ts';
import { makeRetrieveExamples } from '../../nodes/retrieveExamples.ts';
import {
  createEmbeddingRetriever,
  createFixedRetriever,
  createLexicalRetriever,
  createRetriever,
} from '../../nodes/retrievers.ts';
import type { Example } from '../../state/example.ts';

const examples = (...queries: string[]): Example[] => queries.map((query) => ({ query, answer: 'a' }));
const HOSTILE = ['', '__proto__', 'constructor', '\ud800', 'toString hasOwnProperty', '\u0000', '* OR ~1'];

/** One number a letter a to d: how often it occurs. */
const embed = (text: string): number[] => ['a', 'b', 'c', 'd'].map((letter) => text.split(letter).length - 1);

describe('retrieval by embeddings', () => {
  const retriever = createEmbeddingRetriever({ embedDocuments: (texts) => Promise.resolve(texts.map(embed)) });

  it('ranks by cosine, the most similar first', async () => {
    expect(await retriever.rank(['ab', 'd'], examples('a', 'aabb', 'c', 'ddda'), 2)).toEqual([
      [1, 0],
      [3, 2],
    ]);
  });

  it('puts the query that sorts last by code points first among equally similar ones', async () => {
    const equal = examples('a', 'a\u{1f600}', 'a\uff5e', 'aB', 'aa');
    expect(await retriever.rank(['a'], equal, 5)).toEqual([[1, 2, 4, 3, 0]]);
  });

  it('returns all examples, or none', async () => {
    expect(await retriever.rank(['a'], examples('a', 'b'), 9)).toEqual([[0, 1]]);
    expect(await retriever.rank(['a'], examples('a', 'b'), 0)).toEqual([[]]);
    expect(await retriever.rank(['a', 'b'], [], 2)).toEqual([[], []]);
    expect((await retriever.rank(HOSTILE, examples(...HOSTILE), 3)).map((r) => r.length)).toEqual(HOSTILE.map(() => 3));
  });
});

describe('retrieval by words', () => {
  const retriever = createLexicalRetriever();

  it('ranks by shared words, rare ones first, and adds the others in order', async () => {
    const shots = examples(
      'How do I bake bread?',
      'How do I fix a bike?',
      'Why is the sky blue?',
      'How do I bake a cake?',
    );
    expect(await retriever.rank(['bake bread', 'the sky', 'zzz'], shots, 3)).toEqual([
      [0, 3, 1],
      [2, 0, 1],
      [0, 1, 2],
    ]);
  });

  it('keeps the order of equally similar examples', async () => {
    expect(await retriever.rank(['same'], examples('same', 'same', 'other', 'same'), 4)).toEqual([[0, 1, 3, 2]]);
  });

  it('accepts any texts, and always returns k different indices', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...HOSTILE));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), text, fc.nat(9), async (queries, query, k) => {
        const [found = []] = await retriever.rank([query], examples(...queries), k);
        expect(new Set(found).size).toBe(Math.min(k, queries.length));
        expect(found.every((i) => i >= 0 && i < queries.length)).toBe(true);
      }),
    );
  });
});

describe('fixed examples', () => {
  const retriever = createFixedRetriever();
  const shots = examples(
    'How do I bake a cake?',
    'How do I bake bread at home?',
    'How do I bake bread?',
    'Write a poem on autumn.',
    'Why is bread brown?',
  );

  it('are the same for every query, in the same order: the most typical one, then those that share the fewest words', async () => {
    const [first = [], ...others] = await retriever.rank(['bake', 'a poem', ...HOSTILE], shots, 3);
    expect(first).toEqual([2, 3, 4]);
    expect(others).toEqual(others.map(() => first));
  });

  it('depend on the examples’ queries alone, so that answers may be rewritten and a served prompt gets the same ones', async () => {
    const answered = shots.map((e, i) => ({ ...e, answer: `a${i}` }));
    expect(await retriever.rank(['q'], answered, 2)).toEqual(await retriever.rank(['poem'], shots, 2));
    const align = makeAligner({ prompt: 'P', examples: answered, k: 2, choose: 'fixed' }, createLexicalRetriever());
    const turn = { role: 'user', text: 'poem', isTextOnly: true, original: null } as const;
    expect((await align([turn])).examples.map((e) => e.answer)).toEqual(['a2', 'a3']);
  });

  it('leave a query’s own answer out, and accept any texts and counts', async () => {
    const retrieve = makeRetrieveExamples({ retriever: createRetriever('fixed'), k: 2, leaveOwnOut: true });
    const asked = { queries: ['Write a poem on autumn.', 'q'], examples: shots };
    expect((await retrieve(asked)).exampleIndices).toEqual([
      [2, 4],
      [2, 3],
    ]);
    for (const k of [0, 1, HOSTILE.length, 99]) {
      const [found = []] = await retriever.rank(['q'], examples(...HOSTILE, ...HOSTILE), k);
      expect(new Set(found).size).toBe(Math.min(k, 2 * HOSTILE.length));
    }
    expect(await retriever.rank(['q'], [], 2)).toEqual([[]]);
  });
});
