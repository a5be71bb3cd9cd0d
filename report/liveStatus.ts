import type { ViewPatch } from './viewPatch.ts';
import type { RunView } from './runView.ts';

/**
 * Where a run that is watched stands. "resting": no process works on it, though it has not ended; "stopping": asked to stop,
 * calls in flight are finished first.
 */
export type RunPhase = 'running' | 'paused' | 'stopping' | 'resting' | 'ended' | 'failed';

/** What a page that is fed while a run goes on knows besides the view. */
export interface LiveStatus {
  /** Names the view the page has; a newer server does not know an older one's. */
  version: string;
  phase: RunPhase;
  /** What pause, resume and stop want to be shown; null where the run cannot be reached from here. */
  token: string | null;
  /** What is to be said: why the run failed, or why it cannot be paused from here. */
  note: string | null;
  /** Levels the search is expected to take at most; null where that is not known. */
  levels: number | null;
  /** Seconds this session has worked so far, pauses left out; null where not known. */
  seconds: number | null;
}

/** Whether there is no more news to come. */
export const isRunOver = ({ phase }: Pick<LiveStatus, 'phase'>): boolean => phase === 'ended' || phase === 'failed';

/** One piece of news: a whole view to one who has none or an old one, else what changed since, oldest first. */
export interface ViewUpdate {
  live: LiveStatus;
  view?: RunView;
  patches?: ViewPatch[];
}
