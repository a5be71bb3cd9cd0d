/** The endpoints that still load their model, and for how long they have said so. */
export class LoadingEndpoints {
  readonly #byEndpoint = new Map<string, { since: number; polls: number }>();

  /** Counts an answer that the model is not loaded yet. Returns their number before it; null once `timeoutSeconds` are over. */
  poll(endpoint: string, now: number, timeoutSeconds: number): number | null {
    const entry = this.#byEndpoint.get(endpoint) ?? { since: now, polls: 0 };
    this.#byEndpoint.set(endpoint, entry);
    return now - entry.since > timeoutSeconds * 1000 ? null : entry.polls++;
  }

  end(endpoint: string): void {
    this.#byEndpoint.delete(endpoint);
  }
}
