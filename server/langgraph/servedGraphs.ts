import type { RunnableConfig } from '@langchain/core/runnables';
import { END, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { askPerson } from '../../graphs/approve.ts';
import * as graphs from '../../graphs/index.ts';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import { Gateway, createMemoryStore, type Store, type StoredRecord } from '../../models/index.ts';
import { failOnUnreadable } from '../../nodes/failOnUnreadable.ts';
import type { CutResponse, Nodes, TrainingTexts, UnreadableReplyHandler } from '../../nodes/index.ts';
import { listCheckModules } from '../../run/config/checkModules.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { createRunParts, toTrainingTexts, type RunParts } from '../../run/createRunParts.ts';
import { removeCredentials } from '../../run/describeModel.ts';
import { importCheckFunction } from '../../run/importCheckFunction.ts';
import type { NodeOverrideFactory } from '../../run/nodeOverrides.ts';
import { version } from '../../run/config/packageRoot.ts';
import type { RunOptions } from '../../run/remote/remoteOptions.ts';
import { toCutEvent, toUnreadableEvent } from '../../run/unreadableReplies.ts';
import { Example, QueryInput, toQuery } from '../../state/example.ts';
import { withInputListener, type StreamableGraph } from './withInputListener.ts';
import { ThreadUsage, withUsageReports } from './threadUsage.ts';

/** Threads whose answers are kept, so that a continued thread pays for nothing twice. */
const MAX_CACHED_THREADS = 64;

/** What the server keeps of a thread. */
interface ServedThread {
  store: Store;
  account: ThreadUsage;
  training?: TrainingTexts | undefined;
}

/** The data that a thread starts with; nothing if it is resumed. */
const RunInput = z
  .object({ queries: z.array(QueryInput), examples: z.array(Example).default([]) })
  .transform(({ queries, examples }) => ({ queries: queries.map(toQuery), examples }));

const getThreadId = (config: RunnableConfig | undefined): string => String(config?.configurable?.['thread_id'] ?? '');

/** A path of a narrow beam is valued by its last reward: so are a person's points. */
const createApproval = (options: graphs.DrpoOptions, approve: boolean): Pick<graphs.DrpoOptions, 'approve'> =>
  approve ? { approve: askPerson(resolveSearchOptions(options)) } : {};

/** The graphs of one server: those of its own config, and those of runs with their own options. */
export class ServedGraphs {
  readonly #config: Config;
  readonly #approve: boolean;
  /** Answers that all runs share. */
  readonly #sharedStore = createMemoryStore();
  readonly #threads = new Map<string, ServedThread>();
  readonly #nodes: NodeOverrideFactory | undefined;

  /** @param nodes what the module that the config names exports */
  constructor(config: Config, approve: boolean, nodes?: NodeOverrideFactory) {
    [this.#config, this.#approve, this.#nodes] = [config, approve, nodes];
  }

  /** The config's models behind one gateway, and the options of its graphs. */
  createNodesAndOptions(): { nodes: Nodes; options: graphs.DrpoOptions } {
    const { concurrency, budget, preset } = this.#config;
    const isReference = preset === 'reference';
    const gateway = new Gateway({ concurrency, budget, shared: this.#sharedStore, isReference });
    const { createNodes, options } = this.#createRunParts(this.#config, gateway);
    return { nodes: createNodes(), options: { ...options, ...createApproval(options, this.#approve) } };
  }

  /** Both stages with a run's options, on this server's models; the usage is sent on the custom stream. */
  createRunGraph(runOptions: RunOptions, thread: string) {
    const config = this.#mergeConfig(runOptions);
    const served = this.#openThread(thread);
    served.training ??= runOptions.training;
    const { store, account } = served;
    const { concurrency, budget, preset } = config;
    const isReference = preset === 'reference';
    const gateway = new Gateway({ concurrency, budget, store, shared: this.#sharedStore, isReference });
    account.setGateway(gateway);
    const { createNodes, options } = this.#createRunParts(config, gateway, thread);
    const onUnreadable: UnreadableReplyHandler = (event) => account.addEvent(toUnreadableEvent(event));
    const onCut = (event: CutResponse): void => account.addEvent(toCutEvent(event));
    const { nodes, check } = failOnUnreadable(createNodes({ onUnreadable, onCut }), config.search.maxMissingShare);
    const graph = graphs.drpo(withUsageReports(nodes, account), {
      ...options,
      ...createApproval(options, runOptions.approve || this.#approve),
      stop: [() => (check(), null), ...(options.stop ?? [])],
    });
    return this.watchInput(graph, thread);
  }

  /** A graph that remembers the queries and examples that a thread starts with, for the guards of its rewrites. */
  watchInput<Graph extends StreamableGraph>(graph: Graph, thread?: string): Graph {
    return withInputListener(graph, (input, config) => {
      const { data } = RunInput.safeParse(input);
      if (data) this.#openThread(thread ?? getThreadId(config)).training = toTrainingTexts(data);
    });
  }

  /** A graph that calls no model and describes this server. */
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
      .addNode('describe', () => ({ about }))
      .addEdge(START, 'describe')
      .addEdge('describe', END)
      .compile({ name: 'drpo' });
  }

  /** This server's config with a run's options; of two limits the lower one counts. */
  #mergeConfig(runOptions: RunOptions): Config {
    const { queries, examples, judge, task: _, ...own } = this.#config;
    const { preset, initialPrompt, task, mustKeep, rewards, search, final } = runOptions;
    return {
      ...own,
      preset,
      initialPrompt,
      ...(task !== undefined && { task }),
      mustKeep,
      rewards,
      search,
      final,
      ...this.#mergeLimits(runOptions),
      queries: { ...queries, ...runOptions.queries },
      examples: { ...examples, ...runOptions.examples },
      judge: { ...judge, ...runOptions.judge },
    };
  }

  #mergeLimits({
    concurrency,
    budget,
  }: Pick<RunOptions, 'concurrency' | 'budget'>): Pick<Config, 'concurrency' | 'budget'> {
    const own = this.#config;
    const least = (key: keyof Config['budget']): number | null => {
      const limits = [own.budget[key], budget[key]].filter((n) => n !== null);
      return limits.length ? Math.min(...limits) : null;
    };
    return {
      concurrency: Math.min(own.concurrency, concurrency),
      budget: { calls: least('calls'), tokens: least('tokens'), usd: least('usd'), minutes: least('minutes') },
    };
  }

  /** Loads a check's module if this server's config names it. A client names none, in a run's options or with a query. */
  readonly #importOwnFunction: typeof importCheckFunction = async (module) => {
    if (listCheckModules(this.#config.rewards.checks).includes(module)) return importCheckFunction(module);
    throw new Error('the server loads no module for a check that a client names');
  };

  #createRunParts(config: Config, gateway: Gateway, thread?: string): RunParts {
    return createRunParts(config, gateway, {
      nodes: this.#nodes,
      importFunction: this.#importOwnFunction,
      training: async (under) => this.#openThread(thread ?? getThreadId(under)).training,
    });
  }

  #openThread(id: string): ServedThread {
    const known = this.#threads.get(id) ?? { store: createReplayStore(), account: new ThreadUsage(randomUUID()) };
    this.#threads.delete(id);
    this.#threads.set(id, known);
    const [oldest] = this.#threads.keys();
    if (this.#threads.size > MAX_CACHED_THREADS && oldest !== undefined) this.#threads.delete(oldest);
    return known;
  }
}

/** Settings of models, with addresses that hold no credentials. */
const removeUrlCredentials = (settings: unknown): unknown =>
  JSON.parse(
    JSON.stringify(settings, (key, value: unknown) =>
      key === 'baseUrl' && typeof value === 'string' && /[@?]/.test(value) ? removeCredentials(value) : value,
    ),
  );

/** A store in memory that gives a later gateway the answers of an earlier one. */
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
