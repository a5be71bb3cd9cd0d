import { sleep } from './inFlightRequest.ts';
import type { RoleModel } from './roleModel.ts';
import { MAX_TIMER_MS } from '../settings.ts';
import type { ModelRequest } from '../transport.ts';

/** Milliseconds that others wait for a first call. A refusal comes sooner, since nothing is generated for it. */
const MAX_WAIT_MS = 3_000;

/** A call that may be the first of its kind. */
export interface FirstCallTurn {
  /** Whether others wait for it. */
  isFirst: boolean;
  /** Lets others wait longer, because the call is sent again. */
  extend: () => void;
  /** Lets others go. `isAnswered`: the endpoint takes such calls. */
  end: (isAnswered: boolean) => void;
}

const NO_TURN: FirstCallTurn = { isFirst: false, extend: () => undefined, end: () => undefined };

interface ModelCalls {
  accepted: Set<string>;
  first: { ended: AbortController; until: number } | undefined;
}

/**
 * Lets a model's first call go ahead alone until it is answered, so that its endpoint refuses a parameter only once. The
 * same holds for the first call with several completions, with a form of the reply, with stop sequences or with a system message.
 */
export class FirstCallGate {
  readonly #byModel = new Map<string, ModelCalls>();

  /** Waits while another first call is in flight, unless the endpoint took such a call before. */
  async enter(
    { role, transport: { model, endpoint, params }, settings }: RoleModel,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<FirstCallTurn> {
    const key = `${role} ${model} ${endpoint}`;
    const calls = this.#byModel.get(key) ?? { accepted: new Set(), first: undefined };
    this.#byModel.set(key, calls);
    const parts = [...Object.keys(params), ...listParts(request)];
    while (!parts.every((part) => calls.accepted.has(part))) {
      if (!calls.first) return startTurn(calls, parts);
      // a batch takes long, so it is worth any wait to know what the endpoint refuses
      const wait = settings.isBatched ? MAX_TIMER_MS : calls.first.until - performance.now();
      if (wait <= 0) return NO_TURN;
      const wake = AbortSignal.any([signal, calls.first.ended.signal]);
      await sleep(wait, wake).catch(() => signal.throwIfAborted());
    }
    return NO_TURN;
  }
}

function startTurn(calls: ModelCalls, parts: readonly string[]): FirstCallTurn {
  const first = { ended: new AbortController(), until: performance.now() + MAX_WAIT_MS };
  calls.first = first;
  return {
    isFirst: true,
    extend: () => void (first.until = performance.now() + MAX_WAIT_MS),
    end: (isAnswered) => {
      if (isAnswered) for (const part of parts) calls.accepted.add(part);
      calls.first = undefined;
      first.ended.abort();
    },
  };
}

/** What an endpoint may refuse in one request and not in another of the same model. */
const listParts = ({ prompt, stop, n, form, odds }: ModelRequest): string[] => [
  ...(form ? ['form'] : []),
  ...(odds ? ['odds'] : []),
  ...(n > 1 ? ['n'] : []),
  ...(stop ? ['stop'] : []),
  ...('texts' in prompt ? ['texts'] : []),
  ...('messages' in prompt && prompt.messages.some((m) => m.type === 'system') ? ['system'] : []),
];
