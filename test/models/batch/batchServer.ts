// A scripted server with OpenAI's files and batches, which loses, delays and fails rows. By hand, for the command line:
// node test/models/batch/batchServer.ts PORT '{"polls": 3, "lose": 0.2, "fail": 0.2}'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What becomes of a row: an answer, no line at all, an error of the batch, or an answer with another status. */
export type RowFate = 'answer' | 'lose' | 'expire' | number;

export interface BatchServerOptions {
  /** Questions for the state until a batch has ended. Default 2. */
  polls?: number;
  /** The fate of a row in the batch of this number, from 0. Default: all are answered. */
  fate?: (body: Body, batch: number, row: number) => RowFate;
  /** What happens to a request to create a batch: it is answered, made without an answer, or not made. */
  creation?: (batch: number) => 'answer' | 'silent' | 'never' | 'refuse' | 'invalid';
  /** Status of the batch at its end. Default completed. */
  end?: string;
  /** Whether there are batches at all. Default true. */
  hasBatches?: boolean;
  /** Refuses a body, sent directly or in a batch. */
  refuses?: (body: Body) => string | undefined;
  usage?: (body: Body) => object;
  /** The text of an answer. Default: a judgement if a form is asked for, else a text of its own. */
  text?: (body: Body) => string | undefined;
}

export type Body = Record<string, unknown>;

interface ServedBatch {
  id: string;
  input: string;
  metadata: Record<string, string>;
  polls: number;
  status: string;
  output: string | null;
  errors: string | null;
  created: number;
  counts: { completed: number; failed: number; total: number };
}

export interface BatchServer {
  url: string;
  /** How often each body was answered, and so paid. */
  paid: Map<string, number>;
  /** How many of these answers came directly. */
  direct: () => number;
  batches: ServedBatch[];
  log: string[];
  /** Lets batches end, whatever `polls` is. */
  options: BatchServerOptions;
  close: () => void;
}

const JUDGEMENT = JSON.stringify(
  Object.fromEntries(
    ['helpfulness', 'clarity', 'factuality', 'depth', 'engagement', 'safety'].map((aspect) => [
      aspect,
      { reason: 'fine', score: '4' },
    ]),
  ),
);

/** Answers a request: with a judgement if a form is asked for, else with a text of its own. */
function complete(body: Body, usage: object, given?: string): object {
  const text =
    given ??
    ('response_format' in body ? JUDGEMENT : `An answer to ${JSON.stringify(body['messages']).length} characters.`);
  return {
    id: 'c',
    object: 'chat.completion',
    model: body['model'],
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage,
  };
}

/** Starts the server on 127.0.0.1. */
export async function serveBatches(options: BatchServerOptions = {}, port = 0): Promise<BatchServer> {
  const [files, batches, paid, log] = [
    new Map<string, string>(),
    new Array<ServedBatch>(),
    new Map<string, number>(),
    new Array<string>(),
  ];
  let [directCalls, creations] = [0, 0];
  const usage = (body: Body): object =>
    options.usage?.(body) ?? { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const answer = (body: Body): { status: number; body: object } => {
    const refused = options.refuses?.(body);
    if (refused !== undefined)
      return {
        status: 400,
        body: {
          error: {
            message: `Unsupported parameter: '${refused}'`,
            param: refused,
            code: 'unsupported_parameter',
            type: 'invalid_request_error',
          },
        },
      };
    const key = JSON.stringify(body['messages']);
    paid.set(key, (paid.get(key) ?? 0) + 1);
    return { status: 200, body: complete(body, usage(body), options.text?.(body)) };
  };
  const finish = (batch: ServedBatch): void => {
    const rows = (files.get(batch.input) ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { custom_id: string; body: Body });
    const [output, errors] = [new Array<object>(), new Array<object>()];
    const number = batches.indexOf(batch);
    rows.forEach(({ custom_id, body }, row) => {
      const fate = options.fate?.(body, number, row) ?? 'answer';
      if (fate === 'lose') return;
      const line = { id: `r${row}`, custom_id };
      if (fate === 'expire')
        errors.push({
          ...line,
          response: null,
          error: {
            code: 'batch_expired',
            message: 'This request could not be executed before the completion window expired.',
          },
        });
      else if (typeof fate === 'number')
        errors.push({
          ...line,
          response: { status_code: fate, request_id: 'q', body: { error: { message: 'no luck' } } },
          error: null,
        });
      else {
        const said = answer(body);
        (said.status === 200 ? output : errors).push({
          ...line,
          response: { status_code: said.status, request_id: 'q', body: said.body },
          error: null,
        });
      }
    });
    const keep = (lines: object[], kind: string): string | null => {
      if (lines.length === 0) return null;
      const id = `file-${kind}-${batch.id}`;
      files.set(
        id,
        lines
          .toReversed()
          .map((line) => JSON.stringify(line))
          .join('\n') + '\n',
      );
      return id;
    };
    Object.assign(batch, {
      status: options.end ?? 'completed',
      output: keep(output, 'output'),
      errors: keep(errors, 'errors'),
      counts: { completed: output.length, failed: errors.length, total: rows.length },
    });
  };
  const show = (batch: ServedBatch): object => ({
    id: batch.id,
    object: 'batch',
    status: batch.status,
    input_file_id: batch.input,
    output_file_id: batch.output,
    error_file_id: batch.errors,
    created_at: batch.created,
    expires_at: batch.created + 86_400,
    metadata: batch.metadata,
    request_counts: batch.counts,
    ...(batch.status === 'failed' && {
      errors: { object: 'list', data: [{ code: 'invalid_model', message: 'no such model', line: 1 }] },
    }),
  });
  const create = (body: Body, res: ServerResponse): void => {
    const way = options.creation?.(creations++) ?? 'answer';
    if (way === 'never') return void res.destroy();
    if (way === 'refuse') return reply(res, 400, { error: { message: 'billing hard limit has been reached' } });
    const batch: ServedBatch = {
      id: `batch_${batches.length + 1}`,
      input: String(body['input_file_id']),
      metadata: body['metadata'] as Record<string, string>,
      polls: 0,
      status: way === 'invalid' ? 'failed' : 'validating',
      output: null,
      errors: null,
      created: Math.round(Date.now() / 1000),
      counts: { completed: 0, failed: 0, total: 0 },
    };
    batches.push(batch);
    if (way === 'silent') return void res.destroy();
    reply(res, 200, show(batch));
  };
  const handle = (method: string, url: URL, text: string, res: ServerResponse): void => {
    const path = url.pathname.replace('/v1', '');
    log.push(`${method} ${path}`);
    if (path === '/chat/completions') {
      directCalls += 1;
      const { status, body } = answer(JSON.parse(text) as Body);
      return reply(res, status, body);
    }
    if (options.hasBatches === false) return reply(res, 404, { error: { message: 'Not Found' } });
    if (method === 'POST' && path === '/files') {
      const id = `file-${files.size + 1}`;
      files.set(id, /\r\n\r\n(\{[^]*?)\r\n--/.exec(text)?.[1] ?? '');
      return reply(res, 200, { id, object: 'file', purpose: /name="purpose"\r\n\r\n(\w+)/.exec(text)?.[1] });
    }
    if (path.endsWith('/content')) return void res.writeHead(200).end(files.get(path.split('/')[2] ?? ''));
    if (method === 'POST' && path === '/batches') return create(JSON.parse(text) as Body, res);
    if (path === '/batches') {
      const newest = batches.toReversed();
      const start = newest.findIndex(({ id }) => id === url.searchParams.get('after')) + 1;
      const page = newest.slice(start, start + Math.min(2, Number(url.searchParams.get('limit'))));
      return reply(res, 200, { object: 'list', data: page.map(show), has_more: start + page.length < newest.length });
    }
    const batch = batches.find(({ id }) => path === `/batches/${id}`);
    if (!batch) return reply(res, 404, { error: { message: 'no such batch' } });
    if (['validating', 'in_progress'].includes(batch.status)) {
      batch.status = 'in_progress';
      if (++batch.polls > (options.polls ?? 2)) finish(batch);
    }
    reply(res, 200, show(batch));
  };
  const server = createServer((req: IncomingMessage, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => (text += String(chunk)));
    req.on('end', () => handle(req.method ?? '', new URL(req.url ?? '', 'http://x'), text, res));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`,
    paid,
    direct: () => directCalls,
    batches,
    log,
    options,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

function reply(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}

if (import.meta.filename === process.argv[1]) {
  const {
    polls = 3,
    lose = 0,
    fail = 0,
    hasBatches = true,
  } = JSON.parse(process.argv[3] ?? '{}') as Record<string, number>;
  // the same row of the same batch has the same fate each time
  const draw = (batch: number, row: number): number => ((batch * 7919 + row * 104_729 + 13) % 1000) / 1000;
  const fate = (_: Body, batch: number, row: number): RowFate => {
    const drawn = draw(batch, row);
    return drawn < lose ? 'lose' : drawn < lose + fail ? 500 : 'answer';
  };
  const server = await serveBatches({ polls, fate, hasBatches: Boolean(hasBatches) }, Number(process.argv[2]));
  process.stdout.write(`${server.url}\n`);
  process.on('SIGUSR2', () => {
    const times = [...server.paid.values()];
    const counts = {
      answered: times.length,
      paidTwice: times.filter((n) => n > 1).length,
      direct: server.direct(),
      requests: server.log.length,
    };
    process.stdout.write(
      `${JSON.stringify({ ...counts, batches: server.batches.map(({ counts: c }) => c), creations: server.log.filter((line) => line === 'POST /batches').length })}\n`,
    );
  });
}
