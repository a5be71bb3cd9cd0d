import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchEndpoint, BatchRow, BatchState, RowResult } from '../batchEndpoint.ts';
import { listCauses, readStatus } from '../errorFields.ts';
import type { KnownBatch } from './batchJournal.ts';

/** How long the waits of a batch are, in milliseconds. */
export interface BatchTimes {
  /** A batch is sent when no request came for so long. */
  collectMs: number;
  /** The first pause between two questions for its state; it doubles. */
  firstPollMs: number;
  maxPollMs: number;
}

export const BATCH_TIMES: BatchTimes = { collectMs: 1000, firstPollMs: 1000, maxPollMs: 60_000 };

/** How long a provider may take to end a batch after it expired. */
const LATE_MS = 3_600_000;
/** Attempts at what a busy endpoint or a broken connection keeps from being done. Questions for the state have no limit but the batch's own. */
const MAX_ATTEMPTS = 8;

export interface BatchRunOptions {
  times: BatchTimes;
  /** Whether no attempt was made to create the batch. */
  isNew: boolean;
  /** Ends all waits. The batch goes on at the endpoint. */
  signal: AbortSignal;
  /** Called when the batch's id is known, before anything waits for it. */
  onId: (batch: KnownBatch, id: string) => void;
  onState: (batch: KnownBatch, state: BatchState) => void;
  /** Milliseconds that the session may still wait, and what it throws then. */
  getRemainingMs: () => number;
}

/** The endpoint refused a whole batch, so none of its requests was sent to the model. */
export class BatchRefusedError extends Error {
  override readonly name = 'BatchRefusedError';
}

/** The session may wait no longer. */
export class BatchTimeoutError extends Error {
  override readonly name = 'BatchTimeoutError';
}

/** Uploads the requests of a batch that is to be created. Returns the file's id. */
export const sendRows = (
  endpoint: BatchEndpoint,
  rows: readonly BatchRow[],
  options: Pick<BatchRunOptions, 'times' | 'signal'>,
): Promise<string> => retryWhileBusy(() => endpoint.upload(rows, options.signal), options);

/** Creates a batch if it does not exist yet, waits until it has ended, and returns its results by the keys of the requests. */
export async function runBatch(
  endpoint: BatchEndpoint,
  batch: KnownBatch,
  options: BatchRunOptions,
): Promise<Map<string, RowResult>> {
  const id = batch.id ?? (await createOnce(endpoint, batch, options));
  const state = await waitForEnd(endpoint, batch, id, options);
  if (state.status === 'refused')
    throw new BatchRefusedError(`${id} was refused: ${state.reason ?? 'no reason given'}`);
  const results = new Map<string, RowResult>();
  for (const file of state.files)
    for (const [key, result] of await retryWhileBusy(() => endpoint.download(file, options.signal), options))
      if (!isAnswer(results.get(key))) results.set(key, result);
  options.onState(batch, { ...state, ...countResults(batch, results) });
  return results;
}

const isAnswer = (result: RowResult | undefined): boolean =>
  result !== undefined && 'status' in result && result.status < 300;

function countResults({ keys }: KnownBatch, results: ReadonlyMap<string, RowResult>) {
  const answered = keys.filter((key) => isAnswer(results.get(key))).length;
  return { answered, failed: keys.length - answered };
}

/** Creates a batch whose creation is recorded as intended. One that exists already, although no answer said so, is found by its name. */
async function createOnce(endpoint: BatchEndpoint, batch: KnownBatch, options: BatchRunOptions): Promise<string> {
  const { name, file } = batch;
  let mayExist = !options.isNew;
  const { id } = await retryWhileBusy(async () => {
    const found = mayExist ? await endpoint.find(file, name, options.signal) : null;
    options.signal.throwIfAborted();
    mayExist = true;
    return found ?? endpoint.create(file, name);
  }, options);
  options.onId(batch, id);
  return id;
}

async function waitForEnd(
  endpoint: BatchEndpoint,
  batch: KnownBatch,
  id: string,
  { times, signal, onState, getRemainingMs }: BatchRunOptions,
): Promise<BatchState> {
  let expiresAt = Infinity;
  for (let pause = times.firstPollMs; ; pause = Math.min(2 * pause, times.maxPollMs)) {
    const state = await endpoint.get(id, signal).catch((error: unknown) => {
      if (isBusy(error)) return null;
      throw error;
    });
    signal.throwIfAborted();
    if (state && state.status !== 'running') return state;
    if (state) onState(batch, state);
    expiresAt = state?.expiresAt ?? expiresAt;
    if (getRemainingMs() <= 0) throw new BatchTimeoutError('the minutes of the budget are over');
    if (Date.now() > expiresAt + LATE_MS)
      throw new Error(`the batch ${id} should have ended at ${new Date(expiresAt).toISOString()} and has not`);
    await sleep(Math.min(pause, Math.max(1, getRemainingMs())), undefined, { signal, ref: true });
  }
}

/** Repeats what fails because the endpoint is busy or cannot be reached. */
async function retryWhileBusy<T>(
  attempt: () => Promise<T>,
  { times, signal }: Pick<BatchRunOptions, 'times' | 'signal'>,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (failures + 1 >= MAX_ATTEMPTS || !isBusy(error)) throw error;
      await sleep(Math.min(times.firstPollMs * 2 ** failures, times.maxPollMs), undefined, { signal });
    }
  }
}

/** Whether an error may pass: without a status there was no answer, or one that was cut off. */
function isBusy(error: unknown): boolean {
  const status = listCauses(error)
    .map(readStatus)
    .find((one) => one !== undefined);
  return status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
}
