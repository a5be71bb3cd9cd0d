import type { ViewPatch } from './viewPatch.ts';
import type { RunPhase } from './runPhase.ts';
import type { RunView } from './runView.ts';

/** The status of a watched run, which its page shows besides the view. */
export interface LiveStatus {
  /** Names the state of the view. A server that started later does not know it. */
  version: string;
  phase: RunPhase;
  /** The token that pause, resume and stop need; null if the server cannot control the run. */
  token: string | null;
  /** A note to show: why the run failed, or why it cannot be controlled. */
  note: string | null;
  /** The most levels that the search may have; null if unknown. */
  levels: number | null;
  /** Seconds of this session, without pauses; null if unknown. */
  seconds: number | null;
}

/** Whether the run will not change any more. */
export const isRunOver = ({ phase }: Pick<LiveStatus, 'phase'>): boolean => phase === 'ended' || phase === 'failed';

/** An update for a page: the whole view if the page has none or an outdated one, else the patches since, the oldest first. */
export interface ViewUpdate {
  live: LiveStatus;
  view?: RunView;
  patches?: ViewPatch[];
}
