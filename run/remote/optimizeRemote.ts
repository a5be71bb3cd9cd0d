import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/loadConfig.ts';
import type { ConfigSources } from '../config/readRawConfig.ts';
import type { ApprovalHandler } from '../../graphs/approve.ts';
import { toCommandResult, type CommandResult } from '../commandResult.ts';
import type { OptimizeEventHandler } from '../events.ts';
import { UserError } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';
import { estimateRunCalls } from '../estimateRunCalls.ts';
import { getDefaultFolder, openRunFolder, type FolderOptions } from '../openRunFolder.ts';
import { ensureWholeResult } from '../readFinishedResult.ts';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import { findBestJudged, type OptimizeResult } from '../result.ts';
import { listRunModules } from '../config/checkModules.ts';
import { readRunData } from '../config/readData.ts';
import { createSearchRecorder } from '../searchRecorder.ts';
import { classifyStop } from '../stopRun.ts';
import { toGraphOptions } from '../toGraphOptions.ts';
import { writeResult } from '../writeResult.ts';
import { toRunOptions } from './remoteOptions.ts';
import { connectToServer, type RemoteServer } from './connectServer.ts';
import { runThreadToEnd, type RemoteResult } from './driveThread.ts';
import type { StreamEvent } from './threadEvents.ts';
import { InterruptHandler } from './interruptHandler.ts';
import { fetchJudgedHypotheses } from './fetchJudgedHypotheses.ts';
import { createRemoteConfig } from './remoteConfig.ts';
import { RemoteThread } from './remoteThread.ts';
import { sumSessionUsage } from './remoteUsage.ts';

export interface OptimizeRemoteOptions extends FolderOptions {
  /** The server's address. */
  remote: string;
  approve?: ApprovalHandler | undefined;
  onEvent?: OptimizeEventHandler | undefined;
}

/** `optimize --remote`: the search at a LangGraph server, its journal and results in a folder here. */
export async function optimizeRemote(
  sources: ConfigSources,
  options: OptimizeRemoteOptions,
): Promise<CommandResult<OptimizeResult>> {
  const remote = await connectToServer(options.remote);
  const config = createRemoteConfig(remote, sources);
  let description: string | undefined;
  const data = await readRunData(config, (text) => (description = text));
  const modules = listRunModules(config, data.queries);
  if (modules.length > 0)
    throw new UserError(
      `checks: expected no module with --remote, because the server loads none of yours, got ${modules.join(', ')}; leave these checks out, or search without --remote`,
    );
  const path = resolve(options.out ?? getDefaultFolder(config));
  if (!options.fresh && existsSync(join(path, 'calls.jsonl')))
    throw new UserError(
      `${path}: expected a new folder or one of a run at a server, got one of a run of this machine; leave --remote out, or choose another --out`,
    );
  const folder = openRunFolder(config, options);
  let thread: RemoteThread | undefined;
  try {
    const before = ensureWholeResult(folder);
    for (const text of folder.damage.splice(0)) await options.onEvent?.({ type: 'fileDamaged', text });
    if (before) return toCommandResult(before, folder.path);
    thread = await RemoteThread.open(remote, folder);
    return await runRemoteSearch({ remote, config, data, description, folder, thread, options });
  } finally {
    thread?.close();
    folder.close();
  }
}

interface SearchContext {
  remote: RemoteServer;
  config: Config;
  data: Awaited<ReturnType<typeof readRunData>>;
  description: string | undefined;
  folder: RunFolder;
  thread: RemoteThread;
  options: OptimizeRemoteOptions;
}

async function runRemoteSearch({
  remote,
  config,
  data,
  description,
  folder,
  thread,
  options,
}: SearchContext): Promise<CommandResult<OptimizeResult>> {
  const { onEvent, approve } = options;
  const started = performance.now();
  const search = resolveSearchOptions(toGraphOptions(config));
  const levels = Math.min(search.depth, data.queries.length) - 1;
  const getUsage = () => sumSessionUsage(thread.sessions);
  const about = description === undefined ? {} : { data: description };
  const size = { levels, expectedCalls: estimateRunCalls(config, search, data) };
  await onEvent?.({ type: 'started', folder: folder.path, ...about, ...size, judgedBefore: folder.nodes(), getUsage });
  const halt = new InterruptHandler(remote.client);
  const params = {
    input: data,
    options: toRunOptions(config, approve !== undefined, thread.isResumed ? data : undefined),
    onStreamEvent: createEventHandler(folder, thread, onEvent),
    ask: approve,
    onRun: (run: string) => halt.trackRun(thread.id, run),
    signal: halt.signal,
  };
  const finish = async (result: OptimizeResult | null, error?: unknown): Promise<void> => {
    await onEvent?.({ type: 'finished', folder: folder.path, result, error, notes: [] });
  };
  const end = async (outcome: RemoteResult): Promise<CommandResult<OptimizeResult>> => {
    const seconds = (performance.now() - started) / 1000;
    const about = { remote: { url: remote.url, thread: thread.id } };
    const result = writeResult({ config, folder, tally: sumUsageIfComplete(folder, thread), seconds, about }, outcome);
    await finish(result);
    return toCommandResult(result, folder.path);
  };
  try {
    const { result, streamComplete } = await runThreadToEnd(remote, thread.id, params);
    if (thread.isResumed || !streamComplete) await syncJournal(remote, folder, thread);
    return await end(result);
  } catch (error) {
    const reason = halt.signal.aborted ? 'interrupted' : classifyStop(error);
    if (reason === null) {
      await finish(null, error);
      throw error;
    }
    await halt.waitUntilCancelled();
    await syncJournal(remote, folder, thread);
    const best = findBestJudged(folder.nodes(), config.initialPrompt);
    const soFar = { ...best, beam: [...best.beam], stoppedBy: reason, final: null, examples: data.examples };
    return await end(soFar);
  } finally {
    halt.release();
  }
}

/** Writes a run's events into its folder. */
function createEventHandler(folder: RunFolder, thread: RemoteThread, onEvent: OptimizeEventHandler | undefined) {
  const { recordJudged, recordRejected } = createSearchRecorder(folder, onEvent);
  return ({ judged, rejected, usage }: StreamEvent): void => {
    if (judged) recordJudged(judged);
    recordRejected(rejected);
    for (const event of usage?.events ?? []) folder.events.append(event);
    if (usage) thread.recordUsage(usage);
  };
}

/** The usage; null if a session judged whose usage did not arrive. */
function sumUsageIfComplete(folder: RunFolder, { sessions }: RemoteThread) {
  const reported = Object.values(sessions).reduce((sum, { judged }) => sum + judged, 0);
  const answered = folder.nodes().filter(({ missing }) => !missing?.startsWith('no response'));
  return reported >= answered.length ? sumSessionUsage(sessions) : null;
}

/**
 * The journal as the thread's checkpoints have it: after a failure, the search continued with what was judged again.
 * Only nodes below the deepest level there are taken from the events.
 */
async function syncJournal({ client }: RemoteServer, folder: RunFolder, thread: RemoteThread): Promise<void> {
  const fetched = await fetchJudgedHypotheses(client, thread.id);
  const deepest = Math.max(-1, ...fetched.map(({ depth }) => depth));
  const received = folder.nodes();
  const whole = [...fetched, ...received.filter(({ depth }) => depth > deepest)].toSorted(
    (a, b) => a.depth - b.depth || a.index - b.index,
  );
  if (isDeepStrictEqual(whole, received)) return;
  folder.forgetTree();
  for (const node of whole) folder.journal.append(node);
}
