/** The phases of a watched run. "stopping": it waits for calls in flight. "stopped": it has not ended, but no process runs it. */
export const RUN_PHASES = ['running', 'paused', 'stopping', 'stopped', 'ended', 'failed'] as const;
export type RunPhase = (typeof RUN_PHASES)[number];
