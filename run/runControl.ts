import type { Gateway } from '../models/gateway/gateway.ts';
import type { RunPhase } from '../report/runPhase.ts';
import { stopGently } from './stopRun.ts';

/** The actions that a watcher may request. */
export const RUN_ACTIONS = ['pause', 'resume', 'stop'] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

/** The status of a running search, as far as it is known. */
export interface RunStatus {
  phase: RunPhase;
  /** Why the run failed, or why it cannot be controlled. */
  note: string | null;
  /** The most levels that the search may have. */
  levels: number | null;
  /** Seconds of this session, without pauses. */
  seconds: number | null;
  reachable: boolean;
}

/** The status of a running search, and its controls: pause, resume, stop. */
export interface RunControl {
  getStatus(): Promise<RunStatus>;
  act(action: RunAction): Promise<void>;
}

/** The status and controls of a search in this process. `levels`: how many it is expected to take at most. */
export function createRunControl(
  gateway: Gateway,
  levels: number | null,
  onStop: (calls: number) => void = () => undefined,
): RunControl & { end: () => void; fail: (reason: string) => void } {
  let phase: RunStatus['phase'] = 'running';
  let note: string | null = null;
  let [since, worked] = [performance.now(), 0];
  const seconds = (): number => (worked + (phase === 'paused' ? 0 : performance.now() - since)) / 1000;
  return {
    getStatus: async () => ({ phase, note, levels, seconds: seconds(), reachable: true }),
    act: async (action) => {
      if (phase !== 'running' && phase !== 'paused') return;
      if (action === 'pause' && phase === 'running') {
        gateway.pause();
        worked += performance.now() - since;
        phase = 'paused';
      } else if (action !== 'pause') {
        if (phase === 'paused') since = performance.now();
        if (action === 'stop') {
          onStop(gateway.inFlight);
          stopGently(gateway);
        } else gateway.resume();
        phase = action === 'stop' ? 'stopping' : 'running';
      }
    },
    end: () => void (phase = 'ended'),
    fail: (reason) => void ([phase, note] = ['failed', reason]),
  };
}
