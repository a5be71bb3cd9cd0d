import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { partsOf } from './runs.ts';

export interface Recorded {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A server that stands for LangSmith: it answers as the SDK expects and keeps all it is sent. */
export interface Recorder extends Kept {
  url: string;
  requests: Recorded[];
  close: () => void;
}

/** What LangSmith would keep besides the runs. */
export interface Kept {
  dataSets: { id: string; name: string }[];
  examples: Example[];
  sessions: {
    id: string;
    name: string;
    reference_dataset_id?: string;
    extra?: { metadata?: Record<string, unknown> };
  }[];
}
export interface Example {
  id: string;
  dataset_id: string;
  inputs?: { query?: string };
  split?: string[];
  metadata?: Record<string, unknown>;
}

/** How the server behaves: `status` refuses everything with it, `hangs` never answers; `first` is the number in its first id. */
export interface Manner {
  first?: number;
  status?: number;
  hangs?: boolean;
}

const INFO = {
  version: '0.10.0',
  instance_flags: { dataset_examples_multipart_enabled: true },
  batch_ingest_config: {
    use_multipart_endpoint: true,
    size_limit: 100,
    size_limit_bytes: 20e6,
    scale_up_qsize_trigger: 1000,
    scale_up_nthreads_limit: 16,
    scale_down_nempty_trigger: 4,
  },
};

/** The id of the first project there is. */
export const SESSION = '00000000-0000-4000-8000-0000000000aa';
const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

function answerTo(recorded: Recorded, { dataSets, examples, sessions }: Kept, first: number): unknown {
  const { method, url, body } = recorded;
  const { pathname, searchParams } = new URL(url, 'http://langsmith');
  const [offset, limit] = ['offset', 'limit'].map((name) => Number(searchParams.get(name) ?? 0));
  if (pathname === '/info') return INFO;
  if (pathname === '/examples')
    return examples
      .filter((e) => e.dataset_id === searchParams.get('dataset'))
      .slice(offset, (offset ?? 0) + (limit || 100));
  if (pathname.endsWith('/examples')) return uploaded(recorded, examples);
  const kept = pathname === '/datasets' ? dataSets : pathname === '/sessions' ? sessions : null;
  if (kept === null) return {};
  if (method === 'GET') return kept.filter(({ name }) => [null, name].includes(searchParams.get('name'))).slice(offset);
  const made = JSON.parse(body.toString()) as { name: string };
  const known = kept.find(({ name }) => name === made.name);
  if (!known) kept.push({ ...made, id: idOf(first + dataSets.length + sessions.length) });
  return known ?? kept.at(-1);
}

/** Keeps the examples of an upload: a part each, and parts for what is in them. */
function uploaded(recorded: Recorded, examples: Example[]): unknown {
  const [, dataset_id = ''] = /datasets\/([^/]+)\/examples/.exec(recorded.url) ?? [];
  const made = new Map<string, Example>();
  for (const { name, body } of partsOf(recorded)) {
    const [id = '', field] = name.split('.');
    const value = JSON.parse(body) as object;
    made.set(id, { id, dataset_id, ...made.get(id), ...(field === undefined ? value : { [field]: value }) });
  }
  examples.push(...made.values());
  return { example_ids: [...made.keys()], count: made.size };
}

/** Starts a recording LangSmith on loopback. */
export async function recordLangSmith({ status, hangs = false, first = 0xaa }: Manner = {}): Promise<Recorder> {
  const requests: Recorded[] = [];
  const kept: Kept = { dataSets: [], examples: [], sessions: [] };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const recorded = { method, url, headers, body: await bodyOf(request) };
    requests.push(recorded);
    if (hangs) return;
    response.writeHead(status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === undefined ? answerTo(recorded, kept, first) : { detail: 'no' }));
  };
  // a request that is cut off by the end of its process is none
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = (): void => (server.closeAllConnections(), void server.close());
  return { url: `http://127.0.0.1:${port}`, requests, ...kept, close };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  return encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body;
}
