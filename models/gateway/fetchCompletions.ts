import { CallFailedError } from '../errors.ts';
import { isCompletionCountRefusal } from './sender.ts';
import type { GatewayResponse, ModelRequest } from '../transport.ts';

/** What an endpoint is known to do when asked for several choices at once. */
export interface CompletionSupport {
  takesN: boolean;
}

interface CompletionFetcher {
  fetchOne: (request: ModelRequest) => Promise<GatewayResponse>;
  /** Whether a request's answer is in the store. */
  isStored: (request: ModelRequest) => boolean;
  support: CompletionSupport;
}

/**
 * The n choices of a request: at once where the endpoint gives them so, else one by one, each a call of its own. An
 * endpoint that refused n or answered fewer is not asked for several again.
 */
export async function fetchCompletions(request: ModelRequest, asking: CompletionFetcher): Promise<GatewayResponse> {
  const { fetchOne: one, isStored: known, support: habit } = asking;
  if (request.n === 1) return one(request);
  if (!known(request) && (!habit.takesN || known(toSingleRequest(request, 0))))
    return fetchRemaining(request, asking, []);
  const whole = await one(request).catch((error: unknown) => {
    if (!isCompletionCountRefusal(error)) throw error;
    return null;
  });
  if (whole && whole.texts.length >= request.n) return whole;
  const first = whole ?? (await one(toSingleRequest(request, 0)));
  habit.takesN = false;
  return fetchRemaining(request, asking, [first]);
}

const toSingleRequest = (request: ModelRequest, i: number): ModelRequest => ({ ...request, n: 1, part: i });

/** Asks for what is missing, all at the same time; what fails is left out unless everything does. */
async function fetchRemaining(
  request: ModelRequest,
  { fetchOne: one }: CompletionFetcher,
  got: GatewayResponse[],
): Promise<GatewayResponse> {
  const from = got.reduce((sum, a) => sum + a.texts.length, 0);
  const parts = Array.from({ length: request.n - from }, (_, i) => one(toSingleRequest(request, from + i)));
  const settled = await Promise.allSettled(parts);
  const faults = settled.flatMap((s) => (s.status === 'rejected' ? [s.reason as unknown] : []));
  const answers = [...got, ...settled.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []))];
  const fatal = faults.find((f) => !(f instanceof CallFailedError)) ?? (answers.length ? undefined : faults[0]);
  if (fatal !== undefined) throw fatal;
  return {
    texts: answers.flatMap((a) => a.texts),
    finish: answers.flatMap((a) => a.finish),
    usage: { input: sum(answers, (a) => a.usage.input), output: sum(answers, (a) => a.usage.output) },
    cached: answers.every((a) => a.cached),
  };
}

const sum = (answers: readonly GatewayResponse[], of: (a: GatewayResponse) => number): number =>
  answers.reduce((total, a) => total + of(a), 0);
