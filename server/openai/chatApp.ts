import { Hono, type Context } from 'hono';
import { applySystemRole } from '../../models/openai/applyAdjustments.ts';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { CallFailedError, ModelsConfigError, RoleDownError } from '../../models/index.ts';
import { SimulatedChatModel } from '../../models/simulated/index.ts';
import { makeAligner, type AlignedConversation } from '../../nodes/alignedModel.ts';
import type { Layout } from '../../nodes/index.ts';
import type { ServedRun } from '../../run/loadArtifact.ts';
import {
  ChatRequestBody,
  toUpstreamMessages,
  readWireMessage,
  resolveStopSequences,
  type WireMessage,
} from './chatRequest.ts';
import { requireJsonRequest, requireLoopback, refuse, requireToken } from '../loopback.ts';
import { readJsonBody } from './readJsonBody.ts';
import { findUnsupportedPart } from './providerUpstream.ts';
import type { ServingModels } from './upstreamModels.ts';
import { createForwarder, type Forwarder } from './createForwarder.ts';
import { redactSecrets } from '../../models/secrets.ts';
import { removeAnswerThoughts } from './removeAnswerThoughts.ts';
import { completeAsChat, createModelAnswer, createSimulatedAnswer } from './completeAsChat.ts';
import { getErrorMessage } from '../../state/failure.ts';

export interface ChatAppOptions
  extends Pick<ServedRun, 'artifact'>, Partial<Pick<ServedRun, 'beginsInThought'>>, ServingModels {
  /** Whether only this machine reaches the server. */
  loopback: boolean;
  token?: string | undefined;
  /** Megabytes of the largest request. Default 4. */
  maxRequestMb?: number | undefined;
  /** Called with one line per request, without texts and keys. */
  log?: (line: string) => void;
}

/** A name for the run's base model that every client may use. */
const MODEL_ALIAS = 'drpo';
export const DEFAULT_MAX_REQUEST_MB = 4;

/** Creates an OpenAI-compatible endpoint that answers with a run's prompt and examples. */
export function createChatApp({
  loopback,
  token,
  maxRequestMb = DEFAULT_MAX_REQUEST_MB,
  log = () => undefined,
  ...options
}: ChatAppOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    const start = performance.now();
    await next();
    const { body, status } = c.res;
    const end = (): void => log(`${c.req.method} ${c.req.path} ${status} ${Math.round(performance.now() - start)} ms`);
    const isStream = c.res.headers.get('content-type')?.includes('text/event-stream');
    if (!body || !isStream) return end();
    c.res = new Response(body.pipeThrough(new TransformStream({ flush: end, cancel: end })), c.res);
  });
  if (loopback) app.use(requireLoopback());
  app.get('/health', (c) => c.json({ status: 'ok' }));
  if (token !== undefined) app.use('/v1/*', requireToken(token));
  const names = [getUpstreamModelName(options.upstream), MODEL_ALIAS];
  app.get('/v1/models', (c) => c.json({ object: 'list', data: names.map(toModelEntry) }));
  app.get('/v1/models/:id{.+}', (c) =>
    names.includes(c.req.param('id')) ? c.json(toModelEntry(c.req.param('id'))) : refuseNotFound(c),
  );
  app.post('/v1/chat/completions', requireJsonRequest(), createCompletionsHandler(options, maxRequestMb, log));
  app.notFound(refuseNotFound);
  app.onError((error, c) => refuse(c, 500, `drpo failed: ${error.message}`, 'server_error'));
  return app;
}

const toModelEntry = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'drpo' });
const refuseNotFound = (c: Context) =>
  refuse(c, 404, 'expected POST /v1/chat/completions or GET /v1/models, got another address', 'invalid_request_error');
/** The rest of the request may still arrive, so no other one follows on its connection. */
function refuseTooLarge(c: Context, mb: number): Response {
  c.header('connection', 'close');
  const message = `expected a request of at most ${mb} MB, got a longer one; --max-request-mb sets the limit`;
  return refuse(c, 413, message, 'invalid_request_error');
}
/** The name of the base model. */
export const getUpstreamModelName = (upstream: ServingModels['upstream']): string =>
  upstream instanceof SimulatedChatModel ? `simulated:${upstream.settings.model}` : upstream.model;

function createCompletionsHandler(
  { artifact, retriever, upstream, beginsInThought = false }: Omit<ChatAppOptions, 'loopback'>,
  maxRequestMb: number,
  log: (line: string) => void,
) {
  const align = makeAligner(artifact, retriever);
  const send = createForwarder(log);
  const habit = { beginsInThought };
  const forward: Forwarder = async (...request) => removeAnswerThoughts(await send(...request), habit);
  return async (c: Context): Promise<Response> => {
    const read = await readJsonBody(c, maxRequestMb * 2 ** 20);
    if (read === null) return refuseTooLarge(c, maxRequestMb);
    const parsed = ChatRequestBody.safeParse(read.value);
    if (!parsed.success) return refuse(c, 400, describeIssues(parsed.error), 'invalid_request_error');
    const name = parsed.data.model ?? MODEL_ALIAS;
    const body = { ...parsed.data, model: name === MODEL_ALIAS ? getUpstreamModelName(upstream) : name };
    try {
      const aligned = await align(body.messages.map(readWireMessage));
      const unsupported = 'createModel' in upstream ? findUnsupportedPart(body, aligned) : undefined;
      if (unsupported !== undefined)
        return refuse(c, 400, `expected a chat of texts, got ${unsupported}; remove it`, 'invalid_request_error');
      return await answerChat(upstream, forward, artifact.layout, aligned, body, c.req.raw.signal);
    } catch (error) {
      return toErrorResponse(c, error, upstream);
    }
  };
}

function answerChat(
  upstream: ServingModels['upstream'],
  forward: Forwarder,
  layout: Layout,
  aligned: AlignedConversation<WireMessage>,
  body: ChatRequestBody & { model: string },
  signal: AbortSignal,
): Promise<Response> {
  if (upstream instanceof SimulatedChatModel) return createSimulatedAnswer(upstream, layout, aligned, body);
  if ('createModel' in upstream)
    return createModelAnswer(upstream.createModel(body, signal), body.model, layout, aligned, body, signal);
  if (upstream.api === 'completions') return completeAsChat(upstream, aligned, body, signal);
  const messages = toUpstreamMessages(layout, aligned, body.model);
  const request = applySystemRole({ ...body, messages, ...resolveStopSequences(layout, body) }, upstream.systemRole);
  const own = ['stop', ...Object.keys(upstream.extraBody)].filter((key) => !Object.hasOwn(body, key));
  return forward(upstream, request, own, signal);
}

const describeIssues = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message.replace(/^Invalid input: /, '')}`)
    .join('; ');

/** Reports a client's mistake as status 400, and any other error as one of the base model (502, or 504 after a timeout). */
function toErrorResponse(c: Context, error: unknown, upstream: ServingModels['upstream']): Response {
  const message = getErrorMessage(error);
  if (error instanceof TypeError && message.startsWith('messages:'))
    return refuse(c, 400, message, 'invalid_request_error');
  const isTimeout = error instanceof Error && /^(Headers|Body)TimeoutError$/.test(error.name);
  if ('createModel' in upstream) return refuseFailedCall(c, error, redactSecrets(message));
  const safeMessage = upstream instanceof SimulatedChatModel ? message : `${upstream.url}: ${redactSecrets(message)}`;
  return refuse(c, isTimeout ? 504 : 502, safeMessage, 'upstream_error');
}

/** A failed call of LangChain: the client's fault, the status of the provider, or else 502. Its message holds no key. */
function refuseFailedCall(c: Context, error: unknown, message: string): Response {
  if (error instanceof ModelsConfigError || error instanceof z.ZodError)
    return refuse(c, 400, getErrorMessage(error), 'invalid_request_error');
  const { kind, status } = error instanceof CallFailedError || error instanceof RoleDownError ? error : {};
  const code = kind === 'timeout' ? 504 : status !== undefined && status >= 400 && status < 600 ? status : 502;
  return refuse(c, code as ContentfulStatusCode, message, 'upstream_error'); // oxlint-disable-line typescript/no-unsafe-type-assertion -- 400 to 599
}
