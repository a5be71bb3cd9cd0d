import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

export interface Recorded {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A server that stands for LangSmith: it answers as the SDK expects and keeps all it is sent. */
export interface Recorder {
  url: string;
  requests: Recorded[];
  close: () => void;
}

/** How the server behaves: `status` refuses everything with it, `hangs` never answers. */
export interface Manner {
  status?: number;
  hangs?: boolean;
}

const INFO = {
  version: '0.10.0',
  batch_ingest_config: {
    use_multipart_endpoint: true,
    size_limit: 100,
    size_limit_bytes: 20e6,
    scale_up_qsize_trigger: 1000,
    scale_up_nthreads_limit: 16,
    scale_down_nempty_trigger: 4,
  },
};

/** The id of the one project there is. */
export const SESSION = '00000000-0000-4000-8000-0000000000aa';

const answerTo = (url: string): unknown =>
  url.startsWith('/info') ? INFO : url.startsWith('/sessions') ? { id: SESSION, name: 'a project' } : {};

/** Starts a recording LangSmith on loopback. */
export async function recordLangSmith({ status, hangs = false }: Manner = {}): Promise<Recorder> {
  const requests: Recorded[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body: await bodyOf(request) });
    if (hangs) return;
    response.writeHead(status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === undefined ? answerTo(url) : { detail: 'no' }));
  };
  // a command that ends leaves requests half sent
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = (): void => (server.closeAllConnections(), void server.close());
  return { url: `http://127.0.0.1:${port}`, requests, close };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  return encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body;
}
