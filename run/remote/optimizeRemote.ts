import { isDeepStrictEqual } from 'node:util';
import type { Config, Given } from '../config/loadConfig.ts';
import { statusOf, type Ending } from '../commandResult.ts';
import { UserFault } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';
import { finished, type OptimizeOptions } from '../optimize.ts';
import { Progress } from '../progress.ts';
import { searchOptions } from '../../graphs/searchOptions.ts';
import { bestJudged, type Result } from '../result.ts';
import { readData } from '../config/readData.ts';
import { graphOptions, runFolder } from '../session.ts';
import { stoppedBy } from '../stopRun.ts';
import { writeResult } from '../writeResult.ts';
import { travelling } from './remoteOptions.ts';
import { connect, type Remote } from './connectServer.ts';
import { drive, type Ended } from './driveThread.ts';
import type { Heard } from './threadEvents.ts';
import { Halt } from './stopRemote.ts';
import { judgedIn } from './readRemoteJournal.ts';
import { configFor } from './remoteConfig.ts';
import { RemoteThread } from './remoteThread.ts';
import { summed } from './remoteUsage.ts';

export interface RemoteOptions extends OptimizeOptions {
  /** The server's address. */
  remote: string;
}

/** `optimize --remote`: the search at a LangGraph server, its journal and results in a folder here. */
export async function optimizeRemote(given: Given, options: RemoteOptions): Promise<Ending<Result>> {
  const remote = await connect(options.remote);
  const config = configFor(remote, given);
  const data = await readData(config);
  const folder = runFolder(config, options);
  const before = finished(folder);
  if (before) return { status: 0, outcome: before, folder: folder.path };
  if (folder.readText('calls.jsonl') !== undefined)
    throw new UserFault(
      `${folder.path}: expected a new folder or one of a run at a server, got one of a run of this machine; leave --remote out, or choose another --out`,
    );
  const thread = await RemoteThread.open(remote, folder);
  try {
    return await search({ remote, config, data, folder, thread, options });
  } finally {
    thread.close();
  }
}

interface Searching {
  remote: Remote;
  config: Config;
  data: Awaited<ReturnType<typeof readData>>;
  folder: RunFolder;
  thread: RemoteThread;
  options: RemoteOptions;
}

async function search({ remote, config, data, folder, thread, options }: Searching): Promise<Ending<Result>> {
  const { screen, ask } = options;
  const started = performance.now();
  const levels = Math.min(searchOptions(graphOptions(config)).depth, data.queries.length) - 1;
  const progress = new Progress(screen, levels, () => summed(thread.sessions));
  for (const node of folder.nodes()) progress.judged(node);
  const halt = new Halt(remote.client);
  const driving = {
    input: data,
    options: travelling(config, ask !== undefined),
    heard: hearing(folder, thread, progress),
    ask,
    following: (run: string) => halt.following(thread.id, run),
    signal: halt.signal,
  };
  const end = (found: Ended, status: Ending<Result>['status']): Ending<Result> => {
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    const about = { remote: { url: remote.url, thread: thread.id } };
    const outcome = writeResult({ config, folder, tally: accounts(folder, thread), seconds, about }, found);
    return { status, outcome, folder: folder.path };
  };
  try {
    const { ended, whole } = await drive(remote, thread.id, driving);
    if (thread.known || !whole) await caughtUp(remote, folder, thread);
    return end(ended, 0);
  } catch (error) {
    const reason = halt.signal.aborted ? 'interrupted' : stoppedBy(error);
    if (reason === null) {
      progress.end();
      throw error;
    }
    await halt.stopped();
    const none = { bestPrompt: config.initialPrompt, bestId: '0', value: null, levels: 0, beam: ['0'] };
    await caughtUp(remote, folder, thread);
    const best = bestJudged(folder.nodes()) ?? none;
    const soFar = { ...best, beam: [...best.beam], stoppedBy: reason, final: null, examples: data.examples };
    return end(soFar, statusOf(reason));
  } finally {
    halt.release();
  }
}

/** What is heard of a run goes into its folder. */
const hearing =
  (folder: RunFolder, thread: RemoteThread, progress: Progress) =>
  ({ judged, refused, usage }: Heard): void => {
    if (judged && folder.journal.append(judged)) progress.judged(judged);
    for (const { parent, sample, reason } of refused)
      folder.events.append({ id: `${parent}/${sample}`, kind: 'refused', what: reason });
    for (const event of usage?.events ?? []) folder.events.append(event);
    if (usage) thread.enter(usage);
  };

/** The accounts; null where somebody judged who was not heard. */
function accounts(folder: RunFolder, { sessions }: RemoteThread) {
  const told = Object.values(sessions).reduce((sum, { judged }) => sum + judged, 0);
  const answered = folder.nodes().filter(({ missing }) => !missing?.startsWith('no response'));
  return told >= answered.length ? summed(sessions) : null;
}

/**
 * The journal as the thread's checkpoints have it: what was judged anew after a fault is what the search went on with.
 * Only nodes below the deepest level there are taken from what was heard.
 */
async function caughtUp({ client }: Remote, folder: RunFolder, thread: RemoteThread): Promise<void> {
  const there = await judgedIn(client, thread.id);
  const deepest = Math.max(-1, ...there.map(({ depth }) => depth));
  const heard = folder.nodes();
  const whole = [...there, ...heard.filter(({ depth }) => depth > deepest)].toSorted(
    (a, b) => a.depth - b.depth || a.place - b.place,
  );
  if (isDeepStrictEqual(whole, heard)) return;
  folder.forgetTree();
  for (const node of whole) folder.journal.append(node);
}
