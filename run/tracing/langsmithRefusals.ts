/** Statuses that another try does not change. */
const FOR_GOOD = new Set([400, 401, 402, 403, 405, 413, 422]);

/** What LangSmith made of a request: nothing wrong, or a fault, and whether another try would meet it again. */
export interface Answer {
  fault?: string;
  forGood?: boolean;
}

export function answerOf({ ok, status }: Response): Answer {
  // 409: LangSmith has it already
  if (ok || status === 409) return {};
  return { fault: `it answered with status ${status}`, forGood: FOR_GOOD.has(status) };
}

/** What LangSmith's client is given in place of a refusal: it would print it, with the ids of all that was in the request. */
export const accepted = (): Response => new Response('{}', { status: 202 });

/** A `fetch` that tells refusals for good, once each, instead of handing them on. */
export const telling =
  (tell: (fault: string) => void): typeof fetch =>
  async (to, init) => {
    const response = await fetch(to, init);
    const { fault, forGood } = answerOf(response);
    if (fault === undefined || !forGood) return response;
    tell(fault);
    return accepted();
  };
