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
    return exposeFault(await fetch(url, { method: request.method, headers, body, signal }));
  };
}

/** A response that is what its status says: one of 200 with an error inside, or without JSON, becomes an error. */
async function exposeFault(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  const fault = response.ok ? findFault(text, headers.get('content-type') ?? 'no content type') : undefined;
  const plain = new Headers(headers);
  // the body was decoded
  for (const name of ['content-encoding', 'content-length']) plain.delete(name);
  if (fault === undefined) return new Response(text, { status, headers: plain });
  plain.set('content-type', 'application/json');
  return new Response(JSON.stringify(fault.body), { status: fault.status, headers: plain });
}

/** The error in a body of JSON, or of a line of JSON for each chunk. */
function findFault(text: string, type: string): { status: number; body: unknown } | undefined {
  const chunks = parseChunks(text);
  if (!chunks) return { status: 502, body: { error: `status 200 without JSON: ${type}` } };
  const body = chunks.find((chunk) => isRecord(chunk) && Boolean(chunk['error']));
  if (!isRecord(body)) return undefined;
  const code = Number(Object(body['error']).code);
  return { status: code >= 400 && code < 600 ? code : 500, body };
}

function parseChunks(text: string): unknown[] | undefined {
  for (const texts of [[text], text.trim().split('\n')])
    try {
      return texts.map((chunk): unknown => JSON.parse(chunk));
    } catch {
      // not JSON in this form
    }
  return undefined;
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
