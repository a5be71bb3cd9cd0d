import type { Embeddings } from '@langchain/core/embeddings';
import MiniSearch from 'minisearch';
import type { Retriever } from './retrieveExamples.ts';

/**
 * Likeness by the cosine of embedded queries (algorithm.md 1.4). Equal likeness: the query that sorts last comes first,
 * as in the reference's descending sort of pairs.
 */
export function embeddingRetriever(embeddings: Pick<Embeddings, 'embedDocuments'>): Retriever {
  return {
    async rank(queries, examples, k) {
      const vectors = await embeddings.embedDocuments([...examples.map((e) => e.query), ...queries]);
      const shots = vectors.slice(0, examples.length).map((vector, index) => ({ vector, index, query: examples[index]?.query ?? '' }));
      return vectors.slice(examples.length).map((vector) =>
        shots
          .map((shot) => ({ ...shot, likeness: cosine(vector, shot.vector) }))
          .sort((a, b) => b.likeness - a.likeness || (a.query < b.query ? 1 : -1))
          .slice(0, k)
          .map((shot) => shot.index),
      );
    },
  };
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)) || 1);
}

/** Likeness by shared words (BM25), without a model: the embedded default. Where too few match, the first examples fill up. */
export function lexicalRetriever(): Retriever {
  return {
    async rank(queries, examples, k) {
      const index = new MiniSearch<{ id: number; query: string }>({ fields: ['query'] });
      index.addAll(examples.map(({ query }, id) => ({ id, query })));
      return queries.map((query) => {
        const found = index.search(query).sort((a, b) => b.score - a.score || Number(a.id) - Number(b.id));
        return [...new Set([...found.map((hit) => Number(hit.id)), ...examples.keys()])].slice(0, k);
      });
    },
  };
}
