import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { Client, type ClientConfig } from 'langsmith';
import { z } from 'zod';
import { LANGUAGE_ROLES, type LanguageRole } from '../../models/settings.ts';
import { Evaluation } from '../../state/judgement.ts';
import { outputsHidden } from './hiddenTexts.ts';
import { placeIn, type About } from './traceMetadata.ts';
import { telling } from './langsmithRefusals.ts';
import type { Created, Updated } from './sentRun.ts';
import type { Spans } from './otelSpans.ts';
import { costs, Usage, usageIn, type Price } from './tokenUsage.ts';

/** US dollars per million tokens, by role. */
export type Prices = Readonly<Record<LanguageRole, { price?: Price | undefined }>>;
/** Where a run is to go, where that is not where the client sends. */
type Elsewhere = Parameters<Client['createRun']>[1];

const Judged = z.object({ evaluation: Evaluation, reward: z.number().nullable() });
/** The judgement in what `respondAndJudge` returns, in the search or in the final. */
const Returned = z.union([
  z.object({ candidates: z.tuple([Judged]) }).transform((r) => r.candidates[0]),
  z.object({ scores: z.tuple([Judged]) }).transform((r) => r.scores[0]),
]);
const Metadata = z.looseObject({ role: z.enum(LANGUAGE_ROLES).optional(), usage_metadata: Usage.optional() });

/** Lists longer than this are the run's data, which its root holds: inner runs give their length. */
const LONG = 20;

/**
 * LangSmith's client, told how this algorithm reads: LangGraph's routing functions and the doubled run of a graph inside its
 * node are left out, model calls bear their role, their cost and the node they are for, judgements go out as feedback.
 */
export class TraceClient extends Client {
  /** Set where runs go out as spans of OpenTelemetry. */
  spans: Spans | undefined;
  /** What LangSmith refused, and why. */
  readonly refusals: Set<string>;
  readonly #project: string;
  readonly #prices: Prices;
  readonly #shown = new Map<string, { name: string; about: About }>();
  /** Runs left out, and the run that stands for each. */
  readonly #left = new Map<string, string | undefined>();
  readonly #feedback: Promise<unknown>[] = [];
  #session: Promise<{ id: string }> | undefined;

  constructor(project: string, prices: Prices, options?: ClientConfig) {
    const refusals = new Set<string>();
    super({ fetchImplementation: telling((fault) => refusals.add(fault)), ...options });
    this.refusals = refusals;
    this.#project = project;
    this.#prices = prices;
  }

  override async createRun(run: Created, elsewhere?: Elsewhere): Promise<void> {
    const { id = '', name, tags = [], inputs } = run;
    const parent = this.#standIn(run.parent_run_id);
    const above = this.#shown.get(parent ?? '');
    const routing = tags.includes('langsmith:hidden') || name === 'RunnableLambda';
    if (routing || name === above?.name || name === 'respond, judge') return void this.#left.set(id, parent);
    this.#shown.set(id, { name, about: { ...above?.about, ...placeIn(inputs) } });
    const shown = { ...run, ...this.#told(id, run), inputs: parent === undefined ? inputs : shortened(inputs) };
    await this.begun(shown, elsewhere);
  }

  override async updateRun(id: string, run: Updated, elsewhere?: Elsewhere): Promise<void> {
    if (this.#left.has(id)) return;
    if (this.#shown.get(id)?.name === 'respondAndJudge') this.#judged(id, run);
    await this.ended(id, { ...run, ...this.#told(id, run) }, elsewhere);
  }

  /** Sends a run that has begun, as it is to be shown. */
  protected async begun(run: Created, elsewhere?: Elsewhere): Promise<void> {
    const send = (): Promise<void> => super.createRun(run, elsewhere);
    await (this.spans ? this.spans.begin(run, send) : send());
  }

  /** Sends what has become of a run. */
  protected async ended(id: string, run: Updated, elsewhere?: Elsewhere): Promise<void> {
    const send = (): Promise<void> => super.updateRun(id, run, elsewhere);
    await (this.spans ? this.spans.end(id, send) : send());
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
  #judged(id: string, { outputs, trace_id = '' }: Updated): void {
    const { evaluation = {}, reward = null } = Returned.safeParse(outputs).data ?? {};
    const aspects = outputsHidden() ? [] : Object.entries(evaluation);
    const all = aspects.map(([key, { score, rationale }]) => ({ key, score, comment: rationale }));
    if (this.spans && !process.env['LANGSMITH_API_KEY']) return; // to a collector of one's own
    const { runId, traceId } = this.spans?.idsOf(id) ?? { runId: id, traceId: trace_id };
    this.#session ??= this.createProject({ projectName: this.#project, upsert: true });
    const scores = reward === null ? [] : [{ key: 'reward', score: reward }, ...all];
    const send = async ({ id: sessionId }: { id?: string }): Promise<unknown> =>
      // no project, no feedback: LangSmith has refused
      sessionId && Promise.all(scores.map((one) => this.createFeedback({ runId, traceId, sessionId, ...one })));
    // caught here and now: a rejection that nobody waits for yet would end the process
    this.#feedback.push(this.#session.then(send).catch(() => undefined));
  }
}

const shortened = (inputs: Created['inputs']): Created['inputs'] =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) =>
      Array.isArray(value) && value.length > LONG ? [key, `${value.length} items`] : [key, value],
    ),
  );
