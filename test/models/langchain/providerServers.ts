import { serve, type Seen } from '../fake.ts';

/** A message as a server got it, whichever wire format it came in. */
export interface WireMessage {
  role: string;
  content: string;
}

type AnthropicContent = string | { text: string }[];

interface AnthropicMessage {
  role: string;
  content: AnthropicContent;
}

const joinBlocks = (content: AnthropicContent): string =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('\n');

const refuseAnthropic = (message: string, status = 400, headers: Record<string, string> = {}): object => ({
  status,
  headers,
  body: { type: 'error', error: { type: 'invalid_request_error', message } },
});

/** Claude's reply in blocks. `more`: other fields of it. */
export const claudeReply = (content: string | object[], more: object = {}): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
  ...more,
});

/** What Anthropic's messages API takes. */
const ANTHROPIC_KEYS = new Set(
  'model max_tokens messages system temperature top_p top_k stop_sequences stream output_config metadata thinking'.split(
    ' ',
  ),
);

/** The rules of Anthropic's messages API, as its errors give them; undefined for a request that keeps them. */
function findAnthropicFault({ headers, body }: Seen): object | undefined {
  if (!headers['x-api-key']) return refuseAnthropic('x-api-key header is required', 401);
  if (!headers['anthropic-version']) return refuseAnthropic('anthropic-version: header is required');
  const unknown = Object.keys(body).find((key) => !ANTHROPIC_KEYS.has(key));
  if (unknown) return refuseAnthropic(`${unknown}: Extra inputs are not permitted`);
  if (typeof body['max_tokens'] !== 'number') return refuseAnthropic('max_tokens: Field required');
  const roles = (body['messages'] as AnthropicMessage[]).map(({ role }) => role);
  if (roles.includes('system')) return refuseAnthropic('messages: Unexpected role "system".');
  if (roles[0] !== 'user') return refuseAnthropic('messages: first message must use the "user" role');
  const isNew = /^claude-(opus-4-7|sonnet-5|opus-5|new)/.test(String(body['model']));
  const refused = isNew ? ['temperature', 'top_p', 'top_k'].find((key) => key in body) : undefined;
  if (refused) return refuseAnthropic(`\`${refused}\` is deprecated for this model.`);
  if ('temperature' in body && 'top_p' in body)
    return refuseAnthropic('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  return undefined;
}

/** A server that keeps the rules of Anthropic's messages API. `answer` gives the texts or a whole body. */
export async function createAnthropicServer(
  answer: (messages: WireMessage[], seen: Seen) => string | object | Promise<string | object>,
) {
  const refused: Seen[] = [];
  const server = await serve(async (seen) => {
    const fault = findAnthropicFault(seen);
    if (fault) refused.push(seen);
    if (fault) return fault;
    const system = seen.body['system'] as AnthropicContent | undefined;
    const messages = seen.body['messages'] as AnthropicMessage[];
    const said = [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...messages];
    const all = said.map(({ role, content }) => ({ role, content: joinBlocks(content) }));
    const reply = await answer(all, seen);
    return typeof reply === 'string' ? claudeReply(reply) : reply;
  });
  return { ...server, url: server.url.replace(/\/v1$/, ''), refused };
}

/** Gemini's reply in parts. `more`: other fields of it. */
export const geminiReply = (parts: readonly object[], finishReason = 'STOP', more: object = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }],
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  ...more,
});

/** Gemini's error. */
export const geminiError = (status: number, message: string, headers: Record<string, string> = {}): object => ({
  status,
  headers,
  body: { error: { code: status, message, status: 'INVALID_ARGUMENT' } },
});

/** Ollama's reply, as the one line of its stream. */
export const ollamaReply = (content: string, more: object = {}): object => ({
  model: 'llama',
  created_at: '2026-11-01T00:00:00Z',
  message: { role: 'assistant', content },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 10,
  eval_count: 5,
  ...more,
});
