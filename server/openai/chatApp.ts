import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { SimulatedChatModel } from '../../models/simulated/index.ts';
import { makeAlign, type Aligned } from '../../nodes/alignedModel.ts';
import type { Layout } from '../../nodes/index.ts';
import type { Answering } from '../../run/loadArtifact.ts';
import { Body, messagesOf, saidOf, stopOf, type Wire } from './conversation.ts';
import { onlyLocal, refuse, withToken } from '../localRequests.ts';
import type { Serving } from './upstreamModels.ts';
import { passOn, withoutKey } from './forwardRequest.ts';
import { completed, simulatedAnswer } from './completeAsChat.ts';

export interface AppOptions extends Pick<Answering, 'artifact'>, Serving {
  /** Whether only this machine reaches the server. */
  loopback: boolean;
  token?: string | undefined;
  /** Told of each request, one line, without texts and keys. */
  log?: (line: string) => void;
}

/** The name that stands for the run's base model, whatever it is called. */
const ALIAS = 'drpo';
/** Bytes of a request. */
const MOST = 64 << 20;

/** An OpenAI-compatible endpoint that answers with a run's prompt and examples. */
export function appOf({ loopback, token, log = () => undefined, ...options }: AppOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    const started = performance.now();
    await next();
    log(`${c.req.method} ${c.req.path} ${c.res.status} ${Math.round(performance.now() - started)} ms`);
  });
  if (loopback) app.use(onlyLocal());
  app.get('/health', (c) => c.json({ status: 'ok' }));
  if (token !== undefined) app.use('/v1/*', withToken(token));
  const names = [nameOf(options.upstream), ALIAS];
  app.get('/v1/models', (c) => c.json({ object: 'list', data: names.map(model) }));
  app.get('/v1/models/:id{.+}', (c) =>
    names.includes(c.req.param('id')) ? c.json(model(c.req.param('id'))) : none(c),
  );
  app.post('/v1/chat/completions', bodyLimit({ maxSize: MOST, onError: tooLarge }), completions(options));
  app.notFound(none);
  app.onError((error, c) => refuse(c, 500, `drpo failed: ${error.message}`, 'server_error'));
  return app;
}

const model = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'drpo' });
const none = (c: Context) =>
  refuse(c, 404, 'expected POST /v1/chat/completions or GET /v1/models, got another address', 'invalid_request_error');
const tooLarge = (c: Context) => refuse(c, 413, `expected at most ${MOST} bytes, got more`, 'invalid_request_error');
/** What the base model is called. */
export const nameOf = (upstream: Serving['upstream']): string =>
  upstream instanceof SimulatedChatModel ? `simulated:${upstream.settings.model}` : upstream.model;

function completions({ artifact, retriever, upstream }: Omit<AppOptions, 'loopback'>) {
  const align = makeAlign(artifact, retriever);
  return async (c: Context): Promise<Response> => {
    const parsed = Body.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return refuse(c, 400, complaint(parsed.error), 'invalid_request_error');
    const named = parsed.data.model ?? ALIAS;
    const body = { ...parsed.data, model: named === ALIAS ? nameOf(upstream) : named };
    try {
      const aligned = await align(body.messages.map(saidOf));
      return await answered(upstream, artifact.layout, aligned, body, c.req.raw.signal);
    } catch (error) {
      return failed(c, error, upstream);
    }
  };
}

function answered(
  upstream: Serving['upstream'],
  layout: Layout,
  aligned: Aligned<Wire>,
  body: Body & { model: string },
  signal: AbortSignal,
): Promise<Response> {
  if (upstream instanceof SimulatedChatModel) return simulatedAnswer(upstream, layout, aligned, body);
  if (upstream.api === 'completions') return completed(upstream, aligned, body, signal);
  const messages = messagesOf(layout, aligned, body.model);
  return passOn(upstream, '/chat/completions', { ...body, messages, ...stopOf(layout, body) }, signal);
}

const complaint = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message.replace(/^Invalid input: /, '')}`)
    .join('; ');

/** A client's fault is told as one; any other is the world's behind this server. */
function failed(c: Context, error: unknown, upstream: Serving['upstream']): Response {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof TypeError && message.startsWith('messages:'))
    return refuse(c, 400, message, 'invalid_request_error');
  const late = error instanceof Error && /^(Headers|Body)TimeoutError$/.test(error.name);
  const safe = upstream instanceof SimulatedChatModel ? message : withoutKey(`${upstream.url}: ${message}`, upstream);
  return refuse(c, late ? 504 : 502, safe, 'upstream_error');
}
