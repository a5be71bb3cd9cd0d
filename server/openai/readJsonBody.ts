import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** A request's body as JSON; no `value` if it is none. Null: it is longer than `maxBytes`; what arrives beyond that is not waited for. */
export async function readJsonBody(c: Context, maxBytes: number): Promise<{ value?: unknown } | null> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) return null;
  try {
    const bytes = await readBytes(c, maxBytes);
    return bytes && { value: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return {};
  }
}

async function readBytes({ env, req }: Context<{ Bindings?: Partial<HttpBindings> }>, maxBytes: number) {
  // the web stream that is made of Node's own takes several times the memory
  const source = env?.incoming?.iterator({ destroyOnReturn: false }) ?? req.raw.body ?? [];
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
