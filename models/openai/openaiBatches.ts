import { OpenAIClient } from '@langchain/openai';
import { z } from 'zod';
import { sendHttpRequest } from './httpClient.ts';
import { makeHttpError, parseJson } from './jsonSender.ts';
import { isKeyless, toClientFields, type OpenAISettings } from './openaiSettings.ts';
import type { BatchEndpoint, BatchRow, BatchState, RowResult } from '../batchEndpoint.ts';

/** A batch's requests go to these paths, whatever the endpoint's own address is. */
export type BatchPath = '/v1/chat/completions' | '/v1/completions';

const TIMEOUT_MS = 300_000;
/** OpenAI's only window. */
const WINDOW_MS = 24 * 3_600_000;
const PAGE_SIZE = 100;
const MAX_PAGES = 50;

const Seconds = z.number().nullish().catch(null);
const FileId = z.string().nullish();
const Batch = z.object({
  id: z.string(),
  status: z.string(),
  created_at: Seconds,
  expires_at: Seconds,
  input_file_id: FileId,
  output_file_id: FileId,
  error_file_id: FileId,
  metadata: z.record(z.string(), z.unknown()).nullish().catch(null),
  request_counts: z.object({ completed: z.number(), failed: z.number() }).nullish().catch(null),
  errors: z
    .object({ data: z.array(z.looseObject({ code: z.string().nullish(), message: z.string().nullish() })).nullish() })
    .nullish()
    .catch(null),
});
type Batch = z.infer<typeof Batch>;
const BatchList = z.object({ data: z.array(Batch), has_more: z.boolean().nullish() });
const UploadedFile = z.object({ id: z.string() });
const ResultLine = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }).nullish().catch(null),
});

/** The batches of an endpoint with OpenAI's API: `/files` and `/batches`. */
export function createOpenAIBatches(settings: OpenAISettings, path: BatchPath): BatchEndpoint {
  const send = createRequestSender(settings);
  const get = async <T>(at: string, schema: z.ZodType<T>, more: RequestParts = {}): Promise<T> =>
    readAnswer(schema, await send('get', at, more));
  return {
    check: async () => void (await get('/batches', BatchList, { query: { limit: 1 } })),
    upload: async (rows, signal) =>
      readAnswer(UploadedFile, await send('post', '/files', { ...toUpload(rows, path), signal })).id,
    create: async (file, name) => {
      const asked = { input_file_id: file, endpoint: path, completion_window: '24h', metadata: { drpo: name } };
      const body = JSON.stringify(asked);
      return toBatchState(readAnswer(Batch, await send('post', '/batches', { body, type: 'application/json' })));
    },
    find: async (file, name, signal) => {
      for (let page = 0, after = {}; page < MAX_PAGES; page += 1) {
        const { data, has_more: hasMore } = await get('/batches', BatchList, {
          query: { limit: PAGE_SIZE, ...after },
          signal,
        });
        const found = data.find((batch) => batch.metadata?.['drpo'] === name || batch.input_file_id === file);
        if (found) return toBatchState(found);
        if (!hasMore) break;
        after = { after: data.at(-1)?.id };
      }
      return null;
    },
    get: async (id, signal) => toBatchState(await get(`/batches/${encodeURIComponent(id)}`, Batch, { signal })),
    download: async (file, signal) =>
      (await send('get', `/files/${encodeURIComponent(file)}/content`, { signal }))
        .split('\n')
        .flatMap(parseResultLine),
    readResult: (result) => {
      if ('reason' in result) throw new UnsentRowError(result.reason);
      if (result.status < 300) return result.body;
      throw makeHttpError(result.status, JSON.stringify(result.body ?? null), {});
    },
  };
}

/** A request of a batch that was not sent to the model, or whose answer was lost. */
export class UnsentRowError extends Error {
  override readonly name = 'UnsentRowError';
}

interface RequestParts {
  body?: string;
  type?: string;
  query?: Record<string, unknown>;
  signal?: AbortSignal | undefined;
}

/** Sends a request with the SDK's address and headers. Returns the text of the answer. @throws the SDK's error */
function createRequestSender(settings: OpenAISettings) {
  const { configuration, ...fields } = toClientFields(settings);
  let client: OpenAIClient | undefined;
  return async (
    method: 'get' | 'post',
    path: string,
    { body, type, query = {}, signal }: RequestParts = {},
  ): Promise<string> => {
    client ??= new OpenAIClient({ ...fields, ...configuration });
    const { req, url } = await client.buildRequest({ method, path, query });
    const headers = Object.fromEntries(req.headers);
    if (isKeyless(settings)) delete headers['authorization'];
    if (type !== undefined) headers['content-type'] = type;
    const request = { method: method.toUpperCase(), headers, body: body ?? null, signal, timeout: TIMEOUT_MS };
    const { status, text, headers: answered } = await sendHttpRequest(url, request);
    if (status < 300) return text;
    throw makeHttpError(status, text, answered);
  };
}

/** A file of requests as a form, which is text alone. */
function toUpload(rows: readonly BatchRow[], path: BatchPath): { body: string; type: string } {
  const lines = rows.map(({ key, body }) => JSON.stringify({ custom_id: key, method: 'POST', url: path, body }));
  const text = `${lines.join('\n')}\n`;
  const boundary = `drpo-${crypto.randomUUID()}`;
  const purpose = `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n`;
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="drpo.jsonl"\r\ncontent-type: application/jsonl\r\n\r\n${text}\r\n`;
  return { body: `${purpose}${file}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}

function readAnswer<T>(schema: z.ZodType<T>, text: string): T {
  const { data, error } = schema.safeParse(parseJson(text));
  if (!error) return data;
  throw new SyntaxError(`expected an answer of OpenAI's batches, got ${JSON.stringify(text.slice(0, 60))}`);
}

function toBatchState({ id, status, request_counts: counts, errors, ...batch }: Batch): BatchState {
  const { output_file_id: output, error_file_id: refused, created_at: created, expires_at: expires } = batch;
  const [fault] = errors?.data ?? [];
  return {
    id,
    status:
      status === 'failed' ? 'refused' : ['completed', 'expired', 'cancelled'].includes(status) ? 'ended' : 'running',
    answered: counts?.completed ?? 0,
    failed: counts?.failed ?? 0,
    files: [output, refused].flatMap((file) => file || []),
    expiresAt: expires ? expires * 1000 : (created ? created * 1000 : Date.now()) + WINDOW_MS,
    ...(fault && { reason: fault.message || fault.code || 'it does not say why' }),
  };
}

/** The result in a line; nothing if the line holds none. */
function parseResultLine(line: string): [string, RowResult][] {
  const { data } = ResultLine.safeParse(parseJson(line));
  if (!data) return [];
  const { custom_id: key, response, error } = data;
  if (response) return [[key, { status: response.status_code, body: response.body }]];
  return [[key, { reason: error?.message || error?.code || 'the batch has no answer to it' }]];
}
