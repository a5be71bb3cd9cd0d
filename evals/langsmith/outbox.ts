import { Client } from 'langsmith';
import { SAFE_CLIENT_OPTIONS } from '../../run/tracing/clientOptions.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAcceptedResponse, toDeliveryResult, type DeliveryResult } from '../../run/tracing/deliveryResult.ts';
import type { LangSmithRun } from '../../run/tracing/sentRun.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** A score of an evaluated instruction, as LangSmith takes it. */
export type RunFeedback = NonNullable<Parameters<Client['multipartIngestRuns']>[0]['feedbacks']>[number];

/** One evaluated instruction to send: its whole trace and its feedback. */
export interface OutboxItem {
  runs: LangSmithRun[];
  feedback: RunFeedback[];
  /** Called when LangSmith has it. */
  onSent: () => void;
}

/** Sends items, and says whether LangSmith accepted them. */
export type OutboxTransport = (items: readonly OutboxItem[]) => Promise<DeliveryResult>;

const ITEMS_PER_REQUEST = 20;
/** Further items are dropped, so that a slow LangSmith does not fill the memory. */
const MAX_WAITING_ITEMS = 2000;
/** Milliseconds before the second, the third, … attempt. */
const RETRY_DELAYS_MS = [1000, 4000, 16_000, 60_000];

/** Sends items to LangSmith, one request at a time, so that it knows what arrived. A permanent refusal ends it. */
export class Outbox {
  /** Why it stopped sending. */
  failure: string | undefined;
  readonly #deliver: OutboxTransport;
  readonly #waiting: OutboxItem[] = [];
  #sending: Promise<void> | undefined;

  constructor(deliver: OutboxTransport) {
    this.#deliver = deliver;
  }

  add(item: OutboxItem): void {
    if (this.failure !== undefined || this.#waiting.length >= MAX_WAITING_ITEMS) return;
    this.#waiting.push(item);
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  /** Resolves when nothing is waiting. */
  async waitUntilIdle(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const items = this.#waiting.slice(0, ITEMS_PER_REQUEST);
      this.failure = await this.#deliverWithRetries(items);
      if (this.failure !== undefined) return void this.#waiting.splice(0);
      this.#waiting.splice(0, items.length);
      for (const { onSent } of items) onSent();
    }
  }

  async #deliverWithRetries(items: readonly OutboxItem[]): Promise<string | undefined> {
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      const { failure, isPermanent = false } = await this.#deliver(items);
      if (failure === undefined) return undefined;
      if (isPermanent || delayMs === undefined) return failure;
      await sleep(delayMs, undefined, { ref: false });
    }
    return undefined;
  }
}

/** Creates a transport that uses LangSmith's multipart requests. Its client hides their results, so the responses are read on their way. */
export function createMultipartTransport(): OutboxTransport {
  let result: DeliveryResult = {};
  const client = new Client({
    ...SAFE_CLIENT_OPTIONS,
    timeout_ms: 30_000,
    tracingMode: 'langsmith',
    fetchImplementation: async (to, init) => {
      try {
        result = toDeliveryResult(await fetch(to, init));
      } catch (error) {
        result = { failure: getErrorMessage(error) };
      }
      return createAcceptedResponse();
    },
  });
  return async (items) => {
    result = { failure: 'nothing was sent' };
    const [runCreates, feedbacks] = [items.flatMap(({ runs }) => runs), items.flatMap(({ feedback }) => feedback)];
    await client.multipartIngestRuns({ runCreates, feedbacks });
    return result;
  };
}
