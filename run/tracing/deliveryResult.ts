/** Statuses that another try does not change. */
const PERMANENT_STATUSES = new Set([400, 401, 402, 403, 405, 413, 422]);

/** What LangSmith made of a request: nothing wrong, or a fault, and whether another try would meet it again. */
export interface DeliveryResult {
  fault?: string;
  isPermanent?: boolean;
}

export function toDeliveryResult({ ok, status }: Response): DeliveryResult {
  // 409: LangSmith has it already
  if (ok || status === 409) return {};
  return { fault: `it answered with status ${status}`, isPermanent: PERMANENT_STATUSES.has(status) };
}

/** What LangSmith's client is given in place of a refusal: it would print it, with the ids of all that was in the request. */
export const createAcceptedResponse = (): Response => new Response('{}', { status: 202 });

/** A `fetch` that reports each final refusal once instead of passing it on. */
export const createReportingFetch =
  (tell: (fault: string) => void): typeof fetch =>
  async (to, init) => {
    const response = await fetch(to, init);
    const { fault, isPermanent: forGood } = toDeliveryResult(response);
    if (fault === undefined || !forGood) return response;
    tell(fault);
    return createAcceptedResponse();
  };
