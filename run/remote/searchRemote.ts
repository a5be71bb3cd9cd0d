import { isDeepStrictEqual } from 'node:util';
import { emptyTally, type Tally } from '../../models/index.ts';
import type { Example, Query } from '../../state/example.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import type { Config } from '../config/loadConfig.ts';
import { modelAbout } from '../describeModel.ts';
import { shown } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';
import { travelling } from './remoteOptions.ts';
import type { Remote } from './connectServer.ts';
import { drive } from './driveThread.ts';
import type { Heard } from './threadEvents.ts';
import { Halt } from './stopRemote.ts';
import { judgedIn } from './readRemoteJournal.ts';
import { RemoteThread } from './remoteThread.ts';
import { add, summed } from './remoteUsage.ts';

/** What a search at a server found; `nodes`: what it judged; `asked`: requests it would take by itself. */
export interface SearchedThere {
  bestPrompt: string;
  value: number | null;
  examples: Example[];
  nodes: Hypothesis[];
  asked: number;
}

/** Searches at a server, each a thread of its own that is kept in a file of the folder. */
export class RemoteSearches {
  readonly #remote: Remote;
  readonly #folder: RunFolder;
  readonly #halt: Halt;
  readonly #tallies = new Map<string, Tally>();

  constructor(remote: Remote, folder: RunFolder) {
    [this.#remote, this.#folder, this.#halt] = [remote, folder, new Halt(remote.client)];
  }

  /** What they have come to at the server so far; an answer that several share there counts once. */
  tally(): Tally {
    const total = emptyTally();
    for (const tally of this.#tallies.values()) add(total, tally);
    const { calls, sent, retries, failed } = total;
    for (const role of ROLES) calls[role] = sent[role] - sum(retries[role]) - sum(failed[role]);
    return total;
  }

  async search(config: Config, input: { queries: Query[]; examples: Example[] }, file: string): Promise<SearchedThere> {
    const thread = await RemoteThread.open(this.#remote, this.#folder, file);
    const nodes = new Map<string, Hypothesis>();
    const heard = ({ judged, usage }: Heard): void => {
      if (judged) nodes.set(judged.id, judged);
      if (!usage) return;
      thread.enter(usage);
      this.#tallies.set(file, summed(thread.sessions));
    };
    this.#tallies.set(file, summed(thread.sessions));
    const following = (run: string): void => this.#halt.following(thread.id, run);
    const { signal } = this.#halt;
    try {
      const driving = { input, options: travelling(config, false), heard, following, signal };
      const { ended, whole } = await drive(this.#remote, thread.id, driving);
      const all = thread.known || !whole ? await judgedIn(this.#remote.client, thread.id) : [...nodes.values()];
      const { bestPrompt, value, examples } = ended;
      return { bestPrompt, value, examples, nodes: all, asked: sum(summed(thread.sessions).calls) };
    } finally {
      thread.close();
    }
  }

  async close(): Promise<void> {
    await this.#halt.stopped();
    this.#halt.release();
  }
}

const ROLES = ['base', 'reward', 'judge', 'optimizer', 'embeddings'] as const;
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** Why a search cannot be made at a server: what is evaluated here must be what was searched there. */
export function faultsThere({ about, url }: Remote, { models, judge, budget }: Config): string[] {
  const roles = (['base', 'reward', 'judge', 'optimizer'] as const).flatMap((role) => {
    const [here, there] = [modelAbout(models[role]), modelAbout(about.models[role])];
    if (isDeepStrictEqual(here, there)) return [];
    return [
      `models.${role}: expected ${shown(there)}, as at ${url}, got ${shown(here)}; searches there use its models`,
    ];
  });
  const limited = Object.entries(budget).filter(([, most]) => most !== null);
  return [
    ...roles,
    ...(isDeepStrictEqual(judge.models, about.judges)
      ? []
      : [`judge.models: expected ${shown(about.judges)}, as at ${url}, got ${shown(judge.models)}`]),
    ...limited.map(
      ([key, most]) =>
        `budget.${key}: expected nothing with --remote, got ${shown(most)}; give the server's config a budget, which holds for each search there`,
    ),
  ];
}
