import { redactSecrets } from '../../models/secrets.ts';

/** Characters without a line end that are held back before they are passed on. */
const MAX_HELD_CHARACTERS = 1 << 16;

/** Passes on an answer line by line, without secrets. The events of a stream end with a line, so none waits for the next. */
export async function* redactChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const encoder = new TextEncoder();
  let held = '';
  for await (const chunk of chunks) {
    held += decoder.decode(chunk, { stream: true });
    const end = held.length > MAX_HELD_CHARACTERS ? held.length : held.lastIndexOf('\n') + 1;
    if (end > 0) yield encoder.encode(redactSecrets(held.slice(0, end)));
    held = held.slice(end);
  }
  held += decoder.decode();
  if (held !== '') yield encoder.encode(redactSecrets(held));
}
