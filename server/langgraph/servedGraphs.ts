import { END, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { askPerson } from '../../graphs/approve.ts';
import * as graphs from '../../graphs/index.ts';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import {
  Gateway,
  createJudges,
  createMemoryStore,
  createModels,
  type Store,
  type StoredRecord,
} from '../../models/index.ts';
import { failOnUnreadable } from '../../nodes/failOnUnreadable.ts';
import { paperNodes, type Nodes } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashText, removeCredentials } from '../../run/describeModel.ts';
import { version } from '../../run/config/packageInfo.ts';
import type { RunOptions } from '../../run/remote/remoteOptions.ts';
import { toGraphOptions } from '../../run/session.ts';
import { ThreadUsage, withUsageReports } from './threadUsage.ts';

/** Threads whose answers are remembered, so that one that goes on pays for nothing twice. */
const MAX_CACHED_THREADS = 64;

/** The graphs of one server: those of its own config, and those of runs that bring their options. */
export class ServedGraphs {
  readonly #config: Config;
  readonly #approve: boolean;
  /** Answers that all runs share. */
  readonly #sharedStore = createMemoryStore();
  readonly #threads = new Map<string, { store: Store; account: ThreadUsage }>();

  constructor(config: Config, approve: boolean) {
    [this.#config, this.#approve] = [config, approve];
  }

  /** The config's models behind one gateway, and the options of its graphs. */
  createNodesAndOptions(): { nodes: Nodes; options: graphs.DrpoOptions } {
    const { concurrency, budget } = this.#config;
    const gateway = new Gateway({ concurrency, budget, shared: this.#sharedStore });
    const nodes = this.#createNodes(this.#config, gateway, new ThreadUsage());
    return {
      nodes,
      options: { ...toGraphOptions(this.#config), ...this.#createApproval(this.#config, this.#approve) },
    };
  }

  /** Both stages as a run wants them, on this server's models; its accounts go out on the custom stream. */
  createRunGraph(asked: RunOptions, thread: string) {
    const config = this.#mergeConfig(asked);
    const { store, account } = this.#openThread(thread);
    const { concurrency, budget } = config;
    const gateway = new Gateway({ concurrency, budget, store, shared: this.#sharedStore });
    account.setGateway(gateway);
    const { nodes, check } = failOnUnreadable(
      this.#createNodes(config, gateway, account),
      config.preset === 'reference' ? 1 : config.search.maxMissingShare,
    );
    const options = toGraphOptions(config);
    return graphs.drpo(withUsageReports(nodes, account), {
      ...options,
      ...this.#createApproval(config, asked.approve || this.#approve),
      stop: [() => (check(), null), ...(options.stop ?? [])],
    });
  }

  /** A graph that asks nothing and says who plays here. */
  createInfoGraph() {
    const { models, judge } = this.#config;
    const about = {
      version,
      models: removeUrlCredentials(models),
      judges: removeUrlCredentials(judge.panel),
      approve: this.#approve,
    };
    const state = new StateSchema({ about: z.unknown() });
    return new StateGraph(state)
      .addNode('tell', () => ({ about }))
      .addEdge(START, 'tell')
      .addEdge('tell', END)
      .compile({ name: 'drpo' });
  }

  /** This server's config with what a run asks for in it; of limits the lower one holds. */
  #mergeConfig(asked: RunOptions): Config {
    const { queries, examples, judge, ...own } = this.#config;
    const { preset, initialPrompt, rewards, search, final } = asked;
    return {
      ...own,
      preset,
      initialPrompt,
      rewards,
      search,
      final,
      ...this.#mergeLimits(asked),
      queries: { ...queries, ...asked.queries },
      examples: { ...examples, ...asked.examples },
      judge: { ...judge, ...asked.judge },
    };
  }

  #mergeLimits({
    concurrency,
    budget,
  }: Pick<RunOptions, 'concurrency' | 'budget'>): Pick<Config, 'concurrency' | 'budget'> {
    const own = this.#config;
    const least = (key: keyof Config['budget']): number | null => {
      const given = [own.budget[key], budget[key]].filter((n) => n !== null);
      return given.length ? Math.min(...given) : null;
    };
    return {
      concurrency: Math.min(own.concurrency, concurrency),
      budget: { calls: least('calls'), tokens: least('tokens'), usd: least('usd'), minutes: least('minutes') },
    };
  }

  #createNodes(config: Config, gateway: Gateway, account: ThreadUsage): Nodes {
    const { preset, queries, examples, rewards, judge } = config;
    const models = createModels(config.models, { gateway, env: process.env });
    const judges = [models.judge, ...createJudges(judge.panel, { gateway, env: process.env })];
    return paperNodes(
      { ...models, judge: judges },
      {
        ...queries,
        preset,
        k: examples.k,
        rewards,
        judge: { samples: judge.samples },
        onUnreadable: ({ step, asked, reply, complaint, repaired }) =>
          account.addEvent({
            id: hashText(JSON.stringify([step, asked, reply])),
            kind: 'unreadable',
            what: `${step}${repaired ? ' (repaired)' : ''}: ${complaint}`,
          }),
      },
    );
  }

  /** A path of a narrow beam is valued by its last reward: so are a person's points. */
  #createApproval(config: Config, approve: boolean): Pick<graphs.DrpoOptions, 'approve'> {
    return approve ? { approve: askPerson(resolveSearchOptions(toGraphOptions(config))) } : {};
  }

  #openThread(id: string): { store: Store; account: ThreadUsage } {
    const known = this.#threads.get(id) ?? { store: createReplayStore(), account: new ThreadUsage(randomUUID()) };
    this.#threads.delete(id);
    this.#threads.set(id, known);
    const [oldest] = this.#threads.keys();
    if (this.#threads.size > MAX_CACHED_THREADS && oldest !== undefined) this.#threads.delete(oldest);
    return known;
  }
}

/** Settings of models without what an address may hold of a password. */
const removeUrlCredentials = (settings: unknown): unknown =>
  JSON.parse(
    JSON.stringify(settings, (key, value: unknown) =>
      key === 'baseUrl' && typeof value === 'string' && /[@?]/.test(value) ? removeCredentials(value) : value,
    ),
  );

/** A store in memory that hands a gateway that comes later what an earlier one left. */
function createReplayStore(): Store {
  const records: StoredRecord[] = [];
  const store = createMemoryStore();
  return {
    ...store,
    append: (record) => {
      records.push(record);
      store.append(record);
    },
    replay: (each) => records.forEach(each),
  };
}
