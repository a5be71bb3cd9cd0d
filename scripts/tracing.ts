import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import type { RunnableConfig } from '@langchain/core/runnables';
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { Client, isTracingEnabled } from 'langsmith';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LANGUAGE_ROLES, type LanguageRole } from '../models/settings.ts';
import { Evaluation } from '../state/judgement.ts';
import type { Session } from './session.ts';

/** What a run's graph is invoked with besides its thread, and how its trace is sent off before the command ends. */
export interface Tracing {
  config: Pick<RunnableConfig, 'callbacks' | 'tags' | 'metadata'>;
  /** Waits until the trace has gone out, 3 seconds at most: a dead LangSmith holds nobody up. */
  flush: () => Promise<void>;
}

/** One trace a run, in the config's project (LANGSMITH_PROJECT wins); nothing at all unless LANGSMITH_TRACING is true. */
export function traceRun({ config, folder, models }: Pick<Session, 'config' | 'folder' | 'models'>): Tracing {
  if (!isTracingEnabled()) return { config: {}, flush: async () => undefined };
  for (const role of LANGUAGE_ROLES) models[role].metadata = { ...models[role].metadata, role };
  const project = process.env['LANGSMITH_PROJECT'] || process.env['LANGCHAIN_PROJECT'] || config.tracing.project;
  const client = new TraceClient(project, config.models);
  const run = basename(folder.path);
  const { seed } = config.queries;
  return {
    config: {
      callbacks: [new LangChainTracer({ client, projectName: project })],
      tags: [config.preset, `seed:${seed}`, ...config.tracing.tags],
      // LangSmith puts what has one thread_id together: the parts of a run that was interrupted and went on
      metadata: { run, thread_id: run, preset: config.preset, seed },
    },
    flush: () => Promise.race([client.sent(), sleep(3000, undefined, { ref: false })]),
  };
}

/** US dollars per million tokens, by role. */
type Prices = Readonly<Record<LanguageRole, { price?: { input: number; output: number } | undefined }>>;
type Created = Parameters<Client['createRun']>[0] & { tags?: string[] };
type Updated = Parameters<Client['updateRun']>[1];
type About = Record<string, string | number | boolean>;

/** What a run's inputs say of its place in the tree: the node at work, or the query, or the example. */
const InTree = z.object({ id: z.string(), depth: z.number() });
const Place = z.union([
  z.object({ draft: InTree }).transform((r) => at(r.draft.id, r.draft.depth)),
  z.object({ node: InTree }).transform((r) => at(r.node.id, r.node.depth)),
  z.object({ parent: InTree }).transform((r) => at(r.parent.id, r.parent.depth + 1)),
  z
    .object({ id: z.string(), index: z.number(), query: z.string() })
    .transform((r): About => ({ node: r.id, query: r.index, final: true })),
  z.object({ index: z.number(), query: z.string() }).transform((r): About => ({ query: r.index })),
  z.object({ place: z.number(), query: z.string() }).transform((r): About => ({ example: r.place })),
]);
const at = (node: string, depth: number): About => ({ node, depth });

const Judged = z.object({ evaluation: Evaluation, reward: z.number().nullable() });
/** The judgement in what `respondAndJudge` returns, in the search or in the final. */
const Returned = z.union([
  z.object({ candidates: z.tuple([Judged]) }).transform((r) => r.candidates[0]),
  z.object({ scores: z.tuple([Judged]) }).transform((r) => r.scores[0]),
]);

const Usage = z.looseObject({ input_tokens: z.number(), output_tokens: z.number() });
const Metadata = z.looseObject({ role: z.enum(LANGUAGE_ROLES).optional(), usage_metadata: Usage.optional() });
const Completed = z.object({
  llmOutput: z.object({ tokenUsage: z.object({ promptTokens: z.number(), completionTokens: z.number() }) }),
});

/** Where outputs are hidden, so are the aspects a model named and its remarks. */
const HIDES = ['LANGSMITH_HIDE_OUTPUTS', 'LANGCHAIN_HIDE_OUTPUTS'];

/** Lists longer than this are the run's data, which its root holds: inner runs give their length. */
const LONG = 20;

/**
 * LangSmith's client, told how this algorithm reads: LangGraph's routing functions and the doubled run of a graph inside its
 * node are left out, model calls bear their role, their cost and the node they are for, judgements go out as feedback.
 */
export class TraceClient extends Client {
  readonly #project: string;
  readonly #prices: Prices;
  readonly #shown = new Map<string, { name: string; about: About }>();
  /** Runs left out, and the run that stands for each. */
  readonly #left = new Map<string, string | undefined>();
  readonly #feedback: Promise<unknown>[] = [];
  #session: Promise<{ id: string }> | undefined;

  constructor(project: string, prices: Prices) {
    super();
    this.#project = project;
    this.#prices = prices;
  }

  override async createRun(run: Created, options?: Parameters<Client['createRun']>[1]): Promise<void> {
    const { id = '', name, tags = [], inputs } = run;
    const parent = this.#standIn(run.parent_run_id);
    const above = this.#shown.get(parent ?? '');
    const routing = tags.includes('langsmith:hidden') || name === 'RunnableLambda';
    if (routing || name === above?.name || name === 'respond, judge') return void this.#left.set(id, parent);
    this.#shown.set(id, { name, about: { ...above?.about, ...Place.safeParse(inputs).data } });
    const shown = { ...run, ...this.#told(id, run), inputs: parent === undefined ? inputs : shortened(inputs) };
    await super.createRun(shown, options);
  }

  override async updateRun(id: string, run: Updated, options?: Parameters<Client['updateRun']>[2]): Promise<void> {
    if (this.#left.has(id)) return;
    if (this.#shown.get(id)?.name === 'respondAndJudge') this.#judged(id, run);
    await super.updateRun(id, { ...run, ...this.#told(id, run) }, options);
  }

  /** Settles when all of the trace has been sent, or given up. */
  async sent(): Promise<void> {
    await awaitAllCallbacks();
    await Promise.all(this.#feedback);
    await this.awaitPendingTraceBatches();
  }

  #standIn(id: string | undefined): string | undefined {
    return id !== undefined && this.#left.has(id) ? this.#standIn(this.#left.get(id)) : id;
  }

  /** A run's name, place and metadata as they are shown. */
  #told(id: string, run: Created | Updated): Pick<Updated, 'name' | 'parent_run_id' | 'dotted_order' | 'extra'> {
    const { role, usage_metadata, ...metadata } = Metadata.safeParse(run.extra?.['metadata']).data ?? {};
    const usage = role && (usage_metadata ?? usageIn(run.outputs));
    const parent = this.#standIn(run.parent_run_id);
    const order = run.dotted_order?.split('.').filter((step) => !this.#left.has(step.slice(-36)));
    const spent = role && usage ? { usage_metadata: { ...usage, ...costs(usage, this.#prices[role].price) } } : {};
    const about = { ...metadata, ...this.#shown.get(id)?.about, ...(role && { role }), ...spent };
    return {
      ...(role && { name: `${role} model` }),
      ...(parent !== undefined && { parent_run_id: parent }),
      ...(order && { dotted_order: order.join('.') }),
      extra: { ...run.extra, metadata: about },
    };
  }

  /** The reward, and the points by aspect with the judge's remarks; the reward alone where outputs are hidden. */
  #judged(runId: string, { outputs, trace_id: traceId = '' }: Updated): void {
    const { evaluation = {}, reward = null } = Returned.safeParse(outputs).data ?? {};
    const aspects = HIDES.some((name) => process.env[name] === 'true') ? [] : Object.entries(evaluation);
    const all = aspects.map(([key, { score, rationale }]) => ({ key, score, comment: rationale }));
    this.#session ??= this.createProject({ projectName: this.#project, upsert: true });
    const session = this.#session;
    const tell = (one: (typeof all)[number] | { key: string; score: number | null }): Promise<unknown> =>
      session.then(({ id }) => this.createFeedback({ runId, traceId, sessionId: id, ...one }));
    // caught here and now: a rejection that nobody waits for yet would end the process
    for (const one of reward === null ? [] : [{ key: 'reward', score: reward }, ...all])
      this.#feedback.push(tell(one).catch(() => undefined));
  }
}

const shortened = (inputs: Created['inputs']): Created['inputs'] =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) =>
      Array.isArray(value) && value.length > LONG ? [key, `${value.length} items`] : [key, value],
    ),
  );

/** Tokens of a completion model, which LangChain counts beside its output; none of an answer from the run's store. */
function usageIn(outputs: Updated['outputs']): z.infer<typeof Usage> | undefined {
  const { promptTokens, completionTokens } = Completed.safeParse(outputs).data?.llmOutput.tokenUsage ?? {};
  if (!promptTokens || completionTokens === undefined) return undefined; // nothing was sent
  return {
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** US dollars, where the config has a price. */
function costs({ input_tokens, output_tokens }: z.infer<typeof Usage>, price: Prices[LanguageRole]['price']) {
  if (!price) return {};
  const [input, output] = [(input_tokens * price.input) / 1e6, (output_tokens * price.output) / 1e6];
  return { input_cost: input, output_cost: output, total_cost: input + output };
}
