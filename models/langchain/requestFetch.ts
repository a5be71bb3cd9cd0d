/** What is added to each request that a provider's class sends. */
export interface RequestAdditions {
  headers: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** Fields of the JSON body. Objects are merged with those of the class. */
  body: Readonly<Record<string, unknown>>;
  /** Headers of the class that are not sent. */
  droppedHeaders: readonly string[];
  signal: AbortSignal;
}

/** A fetch for classes that neither take these fields nor hand on a signal. */
export function createRequestFetch(additions: RequestAdditions): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    for (const [name, value] of Object.entries(additions.query)) url.searchParams.set(name, value);
    const headers = new Headers(request.headers);
    for (const name of ['content-length', ...additions.droppedHeaders]) headers.delete(name);
    for (const [name, value] of Object.entries(additions.headers)) headers.set(name, value);
    const text = await request.text();
    const body = text === '' ? null : JSON.stringify(mergeFields(JSON.parse(text), additions.body));
    const signal = AbortSignal.any([request.signal, additions.signal]);
    return fetch(url, { method: request.method, headers, body, signal });
  };
}

/** The same, with an error that has the status and the headers. For a class whose own error drops them. */
export function createThrowingFetch(additions: RequestAdditions): typeof fetch {
  const send = createRequestFetch(additions);
  return async (input, init) => {
    const response = await send(input, init);
    if (response.ok) return response;
    const text = await response.text();
    const { status, headers } = response;
    throw Object.assign(new Error(readErrorText(text) || response.statusText), { status, headers });
  };
}

function readErrorText(text: string): string {
  try {
    const { error }: { error?: unknown } = Object(JSON.parse(text));
    return typeof error === 'string' ? error : text;
  } catch {
    return text;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function mergeFields(body: unknown, added: unknown): unknown {
  if (!isRecord(body) || !isRecord(added)) return added;
  const merged = Object.entries(added).map(([key, value]) => [
    key,
    Object.hasOwn(body, key) ? mergeFields(body[key], value) : value,
  ]);
  return { ...body, ...Object.fromEntries(merged) };
}
