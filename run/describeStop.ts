import { formatDuration } from './formatDuration.ts';

/** What a run waits for after it was told to stop: `calls` in flight, for `graceMs` milliseconds at most. */
export const describeStop = ({ calls, graceMs }: { calls: number; graceMs: number }): string =>
  calls === 0
    ? 'Stopping: the best so far is written. Ctrl-C again ends at once.'
    : `Stopping: waiting for ${calls} ${calls === 1 ? 'call' : 'calls'} in flight, ${formatDuration(graceMs / 1000)} at most; then the best so far is written. Ctrl-C again ends at once.`;
