/** Statuses that another try does not change. */
const PERMANENT_STATUSES = new Set([400, 401, 402, 403, 405, 413, 422]);

/** LangSmith's answer to a request: no failure, or one, and whether a retry would fail too. */
export interface DeliveryResult {
  failure?: string;
  isPermanent?: boolean;
}

export function toDeliveryResult({ ok, status }: Response): DeliveryResult {
  // 409: LangSmith has it already
  if (ok || status === 409) return {};
  return { failure: `it answered with status ${status}`, isPermanent: PERMANENT_STATUSES.has(status) };
}

/** What LangSmith's client gets in place of a refusal, which it would print with the ids of the whole request. */
export const createAcceptedResponse = (): Response => new Response('{}', { status: 202 });

/** A `fetch` that reports each final refusal once instead of passing it on. */
export const createReportingFetch =
  (report: (failure: string) => void): typeof fetch =>
  async (to, init) => {
    const response = await fetch(to, init);
    const { failure, isPermanent } = toDeliveryResult(response);
    if (failure === undefined || !isPermanent) return response;
    report(failure);
    return createAcceptedResponse();
  };
