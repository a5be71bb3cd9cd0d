import type { Embeddings } from '@langchain/core/embeddings';
import MiniSearch from 'minisearch';
import type { Example } from '../state/example.ts';
import { computeCountSimilarity, countWords } from './checks/computeWordSimilarity.ts';
import type { ExampleChoice, Retriever } from './retrieveExamples.ts';

/**
 * Ranks by the cosine between the embeddings of the queries as they are. Of equally similar examples, the one whose query
 * sorts last by code points comes first, as in the reference (docs/algorithm.md#objects).
 */
export function createEmbeddingRetriever(embeddings: Pick<Embeddings, 'embedDocuments'>): Retriever {
  return {
    name: 'embeddings',
    async rank(queries, examples, k) {
      if (k <= 0 || examples.length === 0) return queries.map(() => []);
      // two requests: the one for the examples is the same for all queries, so its answer is reused
      const [exampleVectors, queryVectors] = await Promise.all([
        embeddings.embedDocuments(examples.map((e) => e.query)),
        embeddings.embedDocuments([...queries]),
      ]);
      const names = examples.map((e) => Buffer.from(e.query));
      return queryVectors.map((vector) => {
        const similarity = exampleVectors.map((other) => computeCosine(vector, other));
        const order = (a: number, b: number): number =>
          (similarity[b] ?? 0) - (similarity[a] ?? 0) ||
          Buffer.compare(names[b] ?? EMPTY_BUFFER, names[a] ?? EMPTY_BUFFER);
        return [...examples.keys()].toSorted(order).slice(0, k);
      });
    },
  };
}

const EMPTY_BUFFER = Buffer.alloc(0);

/** The cosine of two vectors; 0 if one of them is all zeros. */
function computeCosine(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / (Math.sqrt(aa * bb) || 1);
}

/** Ranks by shared words (BM25), without a model. Equally similar examples, and those without a shared word, keep their order. */
export function createLexicalRetriever(): Retriever {
  const indices = new WeakMap<readonly Example[], MiniSearch<IndexEntry>>();
  return {
    name: 'lexical',
    rank(queries, examples, k) {
      const index = indices.get(examples) ?? buildIndex(examples);
      indices.set(examples, index);
      return Promise.resolve(queries.map((query) => rankByWords(index, query, examples).slice(0, Math.max(0, k))));
    },
  };
}

interface IndexEntry {
  id: number;
  query: string;
}

function buildIndex(examples: readonly Example[]): MiniSearch<IndexEntry> {
  const index = new MiniSearch<IndexEntry>({ fields: ['query'] });
  index.addAll(examples.map(({ query }, id) => ({ id, query })));
  return index;
}

function rankByWords(index: MiniSearch<IndexEntry>, query: string, examples: readonly Example[]): number[] {
  const hits = index.search(query).map((hit) => ({ id: Number(hit.id), score: hit.score }));
  hits.sort((a, b) => b.score - a.score || a.id - b.id);
  return [...new Set([...hits.map((hit) => hit.id), ...examples.keys()])];
}

/**
 * Gives every query the same k examples in the same order, so that all requests of a prompt begin alike. The first is the most
 * typical one; each further one shares the fewest words with those before it. Only the examples' queries decide.
 */
export function createFixedRetriever(): Retriever {
  return {
    name: 'fixed',
    rank(queries, examples, k) {
      const chosen = chooseSpreadExamples(examples, k);
      return Promise.resolve(queries.map(() => [...chosen]));
    },
  };
}

/** The k examples that all queries get if the choice is fixed, in their order. */
export const pickFixedExamples = (examples: readonly Example[], k: number): Example[] =>
  chooseSpreadExamples(examples, k).flatMap((at) => examples[at] ?? []);

function chooseSpreadExamples(examples: readonly Example[], k: number): number[] {
  const counts = examples.map((e) => countWords(e.query));
  const all = countWords(examples.map((e) => e.query).join('\n'));
  const chosen: number[] = [];
  const score = (i: number): number => {
    const similarities = chosen.map((j) => computeCountSimilarity(counts[i] ?? all, counts[j] ?? all));
    return chosen.length === 0 ? computeCountSimilarity(counts[i] ?? all, all) : -Math.max(...similarities);
  };
  while (chosen.length < Math.min(k, examples.length)) {
    const left = [...examples.keys()].filter((i) => !chosen.includes(i)).map((i) => [i, score(i)] as const);
    const best = left.reduce((a, b) => (b[1] > a[1] ? b : a));
    chosen.push(best[0]);
  }
  return chosen;
}

/** Creates the retriever that a config asks for. `embeddings` measure similarity; without them shared words do. */
export const createRetriever = (
  choose: ExampleChoice = 'similar',
  embeddings?: Pick<Embeddings, 'embedDocuments'>,
): Retriever =>
  choose === 'fixed'
    ? createFixedRetriever()
    : embeddings
      ? createEmbeddingRetriever(embeddings)
      : createLexicalRetriever();
