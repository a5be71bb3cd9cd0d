import { Embeddings } from '@langchain/core/embeddings';
import type { AskGateway } from '../transport.ts';

/** Texts in one request of embeddings. */
const MAX_TEXTS_PER_REQUEST = 64;

/** Embeddings for LangChain through the gateway. An empty text, which endpoints refuse, becomes the zero vector. */
export class ManagedEmbeddings extends Embeddings {
  readonly #ask: AskGateway;

  constructor(ask: AskGateway) {
    super({});
    this.#ask = ask;
  }

  override async embedDocuments(documents: string[]): Promise<number[][]> {
    const texts = [...new Set(documents.filter((t) => t !== ''))];
    const batches = Array.from({ length: Math.ceil(texts.length / MAX_TEXTS_PER_REQUEST) }, (_, i) =>
      texts.slice(i * MAX_TEXTS_PER_REQUEST, (i + 1) * MAX_TEXTS_PER_REQUEST),
    );
    const responses = await Promise.all(
      batches.map((batch) => this.#ask({ prompt: { texts: batch }, n: 1, sample: 0 })),
    );
    const vectors = responses.flatMap((response) => response.texts.map(decodeVector));
    const byText = new Map(texts.map((t, i) => [t, vectors[i] ?? []]));
    const zero = (vectors[0] ?? []).map(() => 0);
    return documents.map((t) => byText.get(t) ?? zero);
  }

  override async embedQuery(document: string): Promise<number[]> {
    return (await this.embedDocuments([document]))[0] ?? [];
  }
}

/** A vector as base64 of 32-bit floats, as endpoints send it and the cache stores it. */
export const encodeVector = (vector: readonly number[]): string =>
  Buffer.from(new Float32Array(vector).buffer).toString('base64');

function decodeVector(text: string): number[] {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return [...new Float32Array(bytes.buffer, 0, bytes.length >> 2)];
}
