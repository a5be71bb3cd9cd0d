import { isDeepStrictEqual } from 'node:util';
import { createUsageTotals, type UsageTotals } from '../../models/cache/usageTotals.ts';
import { LANGUAGE_ROLES, MODEL_ROLES } from '../../models/roles.ts';
import type { Example, Query } from '../../state/example.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { sumCounts } from '../../statistics/sumCounts.ts';
import type { Config } from '../config/loadConfig.ts';
import { describeModel } from '../describeModel.ts';
import { formatValue } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';
import { toRunOptions } from './remoteOptions.ts';
import type { RemoteServer } from './connectServer.ts';
import { runThreadToEnd } from './driveThread.ts';
import type { StreamEvent } from './threadEvents.ts';
import { InterruptHandler } from './interruptHandler.ts';
import { fetchJudgedHypotheses } from './fetchJudgedHypotheses.ts';
import { RemoteThread } from './remoteThread.ts';
import { addCounts, sumSessionUsage } from './remoteUsage.ts';

/** The outcome of a search at a server. `nodes`: what it judged. `requests`: those that it would take by itself. */
export interface RemoteSearchResult {
  bestPrompt: string;
  value: number | null;
  examples: Example[];
  nodes: Hypothesis[];
  requests: number;
}

/** Searches at a server, each in its own thread, whose id is kept in a file of the folder. */
export class RemoteSearches {
  readonly #remote: RemoteServer;
  readonly #folder: RunFolder;
  readonly #halt: InterruptHandler;
  readonly #tallies = new Map<string, UsageTotals>();

  constructor(remote: RemoteServer, folder: RunFolder) {
    [this.#remote, this.#folder, this.#halt] = [remote, folder, new InterruptHandler(remote.client)];
  }

  /** The usage of all searches so far. An answer that several of them share counts once. */
  tally(): UsageTotals {
    const total = createUsageTotals();
    for (const tally of this.#tallies.values()) addCounts(total, tally);
    const { calls, sent, retries, failed } = total;
    for (const role of MODEL_ROLES) calls[role] = sent[role] - sumCounts(retries[role]) - sumCounts(failed[role]);
    return total;
  }

  async search(
    config: Config,
    input: { queries: Query[]; examples: Example[] },
    file: string,
  ): Promise<RemoteSearchResult> {
    const thread = await RemoteThread.open(this.#remote, this.#folder, file);
    const nodes = new Map<string, Hypothesis>();
    const onStreamEvent = ({ judged, usage }: StreamEvent): void => {
      if (judged) nodes.set(judged.id, judged);
      if (!usage) return;
      thread.recordUsage(usage);
      this.#tallies.set(file, sumSessionUsage(thread.sessions));
    };
    this.#tallies.set(file, sumSessionUsage(thread.sessions));
    const onRun = (run: string): void => this.#halt.trackRun(thread.id, run);
    const { signal } = this.#halt;
    try {
      const params = {
        input,
        options: toRunOptions(config, false, thread.isResumed ? input : undefined),
        onStreamEvent,
        onRun,
        signal,
      };
      const { result, streamComplete } = await runThreadToEnd(this.#remote, thread.id, params);
      const all =
        thread.isResumed || !streamComplete
          ? await fetchJudgedHypotheses(this.#remote.client, thread.id)
          : [...nodes.values()];
      const { bestPrompt, value, examples } = result;
      return { bestPrompt, value, examples, nodes: all, requests: sumCounts(sumSessionUsage(thread.sessions).calls) };
    } finally {
      thread.close();
    }
  }

  async close(): Promise<void> {
    await this.#halt.waitUntilCancelled();
    this.#halt.release();
  }
}

/** Why a search cannot be made at a server: what is evaluated here must be what was searched there. */
export function listRemoteFaults({ about, url }: RemoteServer, { models, judge, budget }: Config): string[] {
  const roles = LANGUAGE_ROLES.flatMap((role) => {
    const [here, there] = [describeModel(models[role]), describeModel(about.models[role])];
    if (isDeepStrictEqual(here, there)) return [];
    return [
      `models.${role}: expected ${formatValue(there)}, as at ${url}, got ${formatValue(here)}; searches there use its models`,
    ];
  });
  const limited = Object.entries(budget).filter(([, most]) => most !== null);
  return [
    ...roles,
    ...(isDeepStrictEqual(judge.panel, about.judges)
      ? []
      : [`judge.panel: expected ${formatValue(about.judges)}, as at ${url}, got ${formatValue(judge.panel)}`]),
    ...limited.map(
      ([key, most]) =>
        `budget.${key}: expected nothing with --remote, got ${formatValue(most)}; give the server's config a budget, which holds for each search there`,
    ),
  ];
}
