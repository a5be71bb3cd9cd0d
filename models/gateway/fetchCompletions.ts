import { CallFailedError } from '../errors.ts';
import { sumTokenUsage } from '../sumTokenUsage.ts';
import { CompletionCountError } from './requestAdjuster.ts';
import type { GatewayResponse, ModelRequest } from '../transport.ts';

interface CompletionFetcher {
  fetchOne: (request: ModelRequest) => Promise<GatewayResponse>;
  /** Whether the answer to a request is in the cache. */
  isCached: (request: ModelRequest) => boolean;
  /** Whether the endpoint returns several completions of one request, as far as is known. */
  takesN: boolean;
  /** Called after a request for several completions failed, when one for a single completion was answered or failed too. */
  onSplit: (isConfirmed: boolean) => void;
}

/**
 * Returns the `n` completions of a request, from one call if the endpoint can do that, else from a call for each. An
 * endpoint that refused `n` or returned too few is never asked for several again.
 */
export async function fetchCompletions(request: ModelRequest, fetcher: CompletionFetcher): Promise<GatewayResponse> {
  const { fetchOne, isCached, takesN, onSplit } = fetcher;
  if (request.n === 1) return fetchOne(request);
  if (!isCached(request) && (!takesN || isCached(toSingleRequest(request, 0))))
    return fetchRemaining(request, fetcher, []);
  const response = await fetchOne(request).catch((error: unknown) => {
    if (!(error instanceof CompletionCountError)) throw error;
    return null;
  });
  if (response && response.texts.length >= request.n) return response;
  const first =
    response ??
    (await fetchOne(toSingleRequest(request, 0)).catch((error: unknown) => {
      onSplit(false);
      throw error;
    }));
  onSplit(true);
  return fetchRemaining(request, fetcher, [first]);
}

const toSingleRequest = (request: ModelRequest, part: number): ModelRequest => ({ ...request, n: 1, part });

/** Fetches the missing completions at the same time. Those that fail are left out, unless all do. */
async function fetchRemaining(
  request: ModelRequest,
  { fetchOne }: CompletionFetcher,
  earlier: GatewayResponse[],
): Promise<GatewayResponse> {
  const start = earlier.reduce((total, { texts }) => total + texts.length, 0);
  const calls = Array.from({ length: request.n - start }, (_, i) => fetchOne(toSingleRequest(request, start + i)));
  const settled = await Promise.allSettled(calls);
  const errors = settled.flatMap((s) => (s.status === 'rejected' ? [s.reason as unknown] : []));
  const responses = [...earlier, ...settled.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []))];
  const fatal = errors.find((e) => !(e instanceof CallFailedError)) ?? (responses.length ? undefined : errors[0]);
  if (fatal !== undefined) throw fatal;
  return {
    texts: responses.flatMap((r) => r.texts),
    finish: responses.flatMap((r) => r.finish),
    usage: sumTokenUsage(responses.map(({ usage }) => usage)),
    cached: responses.every((r) => r.cached),
  };
}
