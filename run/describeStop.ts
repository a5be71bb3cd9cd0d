import { formatDuration } from './formatDuration.ts';

/** What a run waits for after it was told to stop: `calls` in flight, for `graceMs` milliseconds at most. `batches` go on without it. */
export const describeStop = ({ calls, graceMs, batches = 0 }: { calls: number; graceMs: number; batches?: number }) =>
  describeCalls(calls, graceMs) + (batches > 0 ? ` ${describeBatches(batches)}` : '');

const describeBatches = (batches: number): string =>
  `${batches === 1 ? 'A batch goes' : `${batches} batches go`} on at the provider. The same command fetches the answers.`;

const describeCalls = (calls: number, graceMs: number): string =>
  calls === 0
    ? 'Stopping: the best so far is written. Ctrl-C again ends at once.'
    : `Stopping: waiting for ${calls} ${calls === 1 ? 'call' : 'calls'} in flight, ${formatDuration(graceMs / 1000)} at most; then the best so far is written. Ctrl-C again ends at once.`;
