import { hash } from 'node:crypto';
import type { BaseMessage } from '@langchain/core/messages';

/** What is sent: a chat, a plain text to be completed, or texts to be embedded. */
export type Prompt = { messages: readonly BaseMessage[] } | { text: string } | { texts: readonly string[] };

export interface ModelRequest {
  prompt: Prompt;
  stop?: readonly string[] | undefined;
  /** Choices wanted, at least 1. */
  n: number;
  /** Which repeat of an otherwise equal request this is, from 0. */
  sample: number;
  /** Which of the n choices this is, where they are asked for one by one, from 0. */
  part?: number;
}

export interface TokenUsage {
  /** Tokens. */
  input: number;
  output: number;
}

/** What one request brought: as many texts and finish reasons as there were choices, perhaps fewer than asked for. */
export interface Reply {
  texts: string[];
  finish: string[];
  usage: TokenUsage | null;
}

/** A reply as the gateway hands it on; `cached`: nothing was sent for it. */
export interface GatewayResponse extends Reply {
  usage: TokenUsage;
  cached: boolean;
}

/** The way to one model: sends exactly one request at a time and neither retries nor remembers. */
export interface Transport {
  kind: 'chat' | 'text' | 'embeddings';
  /** Whose limit the call counts against, and where it goes: a URL without credentials, or a provider's name. */
  endpoint: string;
  provider: string;
  model: string;
  /** The settings that decide an answer, such as temperature and seed; part of an answer's key. */
  params: Readonly<Record<string, unknown>>;
  /** Whether it can be asked for several choices at once. */
  takesN: boolean;
  /** The variable that holds its key, for advice. */
  keyName?: string | undefined;
  /** Values that must not show in any message. */
  secrets?: readonly string[];
  send(request: ModelRequest, signal?: AbortSignal): Promise<Reply>;
}

/** Asks in the name of a role: through cache, budget, limits and retries. */
export type AskGateway = (request: ModelRequest, signal?: AbortSignal) => Promise<GatewayResponse>;

/** The name an answer is stored under: all that decides it, and never a key. */
export function hashRequest(
  { kind, endpoint, model, params }: Transport,
  { prompt, stop, n, sample, part }: ModelRequest,
): string {
  const asked = [kind, endpoint, model, params, toPlainPrompt(prompt), stop ?? [], n, sample, part ?? null];
  return hash('sha256', JSON.stringify(asked), 'base64url');
}

/** Characters in a prompt, from which its tokens are estimated (four a token). */
export const countCharacters = (prompt: Prompt): number => {
  if ('text' in prompt) return prompt.text.length;
  if ('texts' in prompt) return prompt.texts.reduce((sum, t) => sum + t.length, 0);
  return prompt.messages.reduce(
    (sum, m) => sum + (typeof m.content === 'string' ? m.content : JSON.stringify(m.content)).length,
    0,
  );
};

function toPlainPrompt(prompt: Prompt): unknown {
  if ('text' in prompt) return prompt.text;
  if ('texts' in prompt) return prompt.texts;
  return prompt.messages.map((m) => [m.type, m.content, m.name ?? null]);
}
