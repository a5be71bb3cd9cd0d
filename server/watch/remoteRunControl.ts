import { z } from 'zod';
import { RUN_PHASES } from '../../report/runPhase.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { UserError } from '../../run/config/userError.ts';
import { isLoopback } from '../loopback.ts';
import type { GrowingRun } from '../../run/growingRun.ts';
import type { RunStatus, RunControl } from '../../run/runControl.ts';

/** The file in a run's folder in which the process that works on it leaves the address of its page. */
export const WATCH_ADDRESS_FILE = 'watch.json';

const WatchAddress = z.object({ url: z.url().refine((url) => isLoopback(new URL(url).hostname)) });
const LiveReply = z.object({
  phase: z.enum(RUN_PHASES),
  token: z.string().nullable(),
  note: z.string().nullable(),
  levels: z.number().nullable(),
  seconds: z.number().nullable(),
});

const UNREACHABLE_NOTE =
  'This run was not started with --watch, so it can only be watched here. Press Ctrl-C in its terminal to stop it.';
const STOPPED_NOTE = 'No process is working on this run. Its command continues it.';
/** Milliseconds that the other process has to answer. */
const REPLY_TIMEOUT_MS = 2000;

/** The status of another process's search, from its lock and its result; controlled through its own server, if it has one. */
export function createRemoteRunControl(folder: RunFolder, run: GrowingRun): RunControl {
  const fetchLiveReply = async (): Promise<(z.infer<typeof LiveReply> & { url: string }) | undefined> => {
    const { url } = WatchAddress.safeParse(readWatchAddress(folder)).data ?? {};
    if (url === undefined) return undefined;
    const response = await fetch(new URL('live', url), { signal: AbortSignal.timeout(REPLY_TIMEOUT_MS) }).catch(
      () => undefined,
    );
    const data = response?.ok ? LiveReply.safeParse(await response.json().catch(() => undefined)).data : undefined;
    return data && { ...data, url };
  };
  const getStatus = async (): Promise<RunStatus> => {
    if (!run.isRunning) {
      const phase = run.hasResult ? 'ended' : 'stopped';
      return { phase, note: phase === 'stopped' ? STOPPED_NOTE : null, levels: null, seconds: null, reachable: false };
    }
    const live = await fetchLiveReply();
    if (live === undefined)
      return { phase: 'running', note: UNREACHABLE_NOTE, levels: null, seconds: null, reachable: false };
    const { phase, note, levels, seconds } = live;
    // its end is reported when it has released the folder
    return { phase: phase === 'ended' ? 'running' : phase, note, levels, seconds, reachable: live.token !== null };
  };
  return {
    getStatus,
    act: async (action) => {
      const live = await fetchLiveReply();
      if (!live?.token) throw new UserError('expected a run that was started with --watch, got none that answers');
      const headers = { authorization: `Bearer ${live.token}` };
      await fetch(new URL(action, live.url), {
        method: 'POST',
        headers,
        signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
      });
    },
  };
}

/** The file may be half written, or gone. */
function readWatchAddress(folder: RunFolder): unknown {
  try {
    return folder.readJson(WATCH_ADDRESS_FILE);
  } catch {
    return undefined;
  }
}
