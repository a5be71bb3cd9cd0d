import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { Client, type ClientConfig } from 'langsmith';
import { z } from 'zod';
import { BUDGETED_ROLES, type BudgetedRole } from '../../models/roles.ts';
import { Evaluation } from '../../state/judgement.ts';
import { redactSecrets } from '../../models/secrets.ts';
import { readSentVariables, SAFE_CLIENT_OPTIONS } from './clientOptions.ts';
import { isHidingOutputs } from './isHiding.ts';
import { readInputMetadata, type RunMetadata } from './traceMetadata.ts';
import { createReportingFetch } from './deliveryResult.ts';
import type { LangSmithRun, LangSmithRunUpdate } from './sentRun.ts';
import type { Spans } from './otelSpans.ts';
import type { ModelPrice } from '../../models/settings.ts';
import { computeCosts, LangSmithUsage, readCompletionUsage } from './tokenUsage.ts';

/** US dollars per million tokens, by role. */
export type RolePrices = Readonly<Partial<Record<BudgetedRole, { price?: ModelPrice | undefined }>>>;
/** Another target for a run than the client's own. */
type SendTarget = Parameters<Client['createRun']>[1];

const RewardedJudgement = z.object({ evaluation: Evaluation, reward: z.number().nullable() });
/** The judgement in what `respondAndJudge` returns, in the search or in the final. */
const RespondAndJudgeOutput = z.union([
  z.object({ candidates: z.tuple([RewardedJudgement]) }).transform((r) => r.candidates[0]),
  z.object({ scores: z.tuple([RewardedJudgement]) }).transform((r) => r.scores[0]),
]);
const TraceMetadata = z.looseObject({
  role: z.enum(BUDGETED_ROLES).optional(),
  usage_metadata: LangSmithUsage.optional(),
});

const FormOption = z.looseObject({ form: z.object({ name: z.string() }) });

/** Lists longer than this are the run's data, which its root holds: inner runs give their length. */
const MAX_LIST_ITEMS = 20;

/**
 * LangSmith's client, adapted to this algorithm: LangGraph's routing functions and the doubled run of a graph inside its
 * node are left out, model calls have their role, their cost and their node, and judgements are sent as feedback.
 */
export class TraceClient extends Client {
  /** Set if runs are sent as spans of OpenTelemetry. */
  spans: Spans | undefined;
  /** What LangSmith refused, and why. */
  readonly refusals: Set<string>;
  readonly #project: string;
  readonly #prices: RolePrices;
  readonly #shown = new Map<string, { name: string; about: RunMetadata }>();
  /** Runs left out, and the run that represents each. */
  readonly #omitted = new Map<string, string | undefined>();
  readonly #feedback: Promise<unknown>[] = [];
  #session: Promise<{ id: string }> | undefined;

  constructor(project: string, prices: RolePrices, options?: ClientConfig) {
    const refusals = new Set<string>();
    super({
      ...SAFE_CLIENT_OPTIONS,
      fetchImplementation: createReportingFetch((failure) => refusals.add(failure)),
      ...options,
    });
    this.refusals = refusals;
    this.#project = project;
    this.#prices = prices;
  }

  override async createRun(run: LangSmithRun, elsewhere?: SendTarget): Promise<void> {
    const { id = '', name, tags = [], inputs } = run;
    const parent = this.#findStandIn(run.parent_run_id);
    const above = this.#shown.get(parent ?? '');
    const routing = tags.includes('langsmith:hidden') || name === 'RunnableLambda';
    if (routing || name === above?.name || name === 'respond, judge') return void this.#omitted.set(id, parent);
    this.#shown.set(id, { name, about: { ...above?.about, ...readInputMetadata(inputs) } });
    const shown = {
      ...run,
      ...this.#describeRun(id, run),
      inputs: parent === undefined ? inputs : shortenInputs(inputs),
    };
    await this.sendStart(shown, elsewhere);
  }

  override async updateRun(id: string, run: LangSmithRunUpdate, elsewhere?: SendTarget): Promise<void> {
    if (this.#omitted.has(id)) return;
    if (this.#shown.get(id)?.name === 'respondAndJudge') this.#sendFeedback(id, run);
    const ended = { ...run, ...this.#describeRun(id, run) };
    await this.sendEnd(id, run.error ? { ...ended, error: redactSecrets(run.error) } : ended, elsewhere);
  }

  /** Sends a started run as it is shown. */
  protected async sendStart(run: LangSmithRun, elsewhere?: SendTarget): Promise<void> {
    const send = (): Promise<void> => super.createRun(run, elsewhere);
    await (this.spans ? this.spans.start(run, send) : send());
  }

  /** Sends what has become of a run. */
  protected async sendEnd(id: string, run: LangSmithRunUpdate, elsewhere?: SendTarget): Promise<void> {
    const send = (): Promise<void> => super.updateRun(id, run, elsewhere);
    await (this.spans ? this.spans.end(id, send) : send());
  }

  /** Settles when all of the trace has been sent, or given up. */
  async waitUntilSent(): Promise<void> {
    await awaitAllCallbacks();
    await Promise.all(this.#feedback);
    await this.awaitPendingTraceBatches();
  }

  #findStandIn(id: string | undefined): string | undefined {
    return id !== undefined && this.#omitted.has(id) ? this.#findStandIn(this.#omitted.get(id)) : id;
  }

  /** A run's name, place and metadata as they are shown. */
  #describeRun(
    id: string,
    run: LangSmithRun | LangSmithRunUpdate,
  ): Pick<LangSmithRunUpdate, 'name' | 'parent_run_id' | 'dotted_order' | 'extra'> {
    const { role, usage_metadata, ...metadata } = TraceMetadata.safeParse(run.extra?.['metadata']).data ?? {};
    const usage = role && (usage_metadata ?? readCompletionUsage(run.outputs));
    const parent = this.#findStandIn(run.parent_run_id);
    const order = run.dotted_order?.split('.').filter((step) => !this.#omitted.has(step.slice(-36)));
    const spent =
      role && usage ? { usage_metadata: { ...usage, ...computeCosts(usage, this.#prices[role]?.price) } } : {};
    const about = {
      ...readSentVariables(),
      ...metadata,
      ...this.#shown.get(id)?.about,
      ...(role && { role }),
      ...spent,
    };
    return {
      ...(role && { name: `${role} model` }),
      ...(parent !== undefined && { parent_run_id: parent }),
      ...(order && { dotted_order: order.join('.') }),
      extra: { ...run.extra, ...nameForm(run.extra?.['options']), metadata: about },
    };
  }

  /** The reward, and the points by aspect with the judge's remarks; only the reward if outputs are hidden. */
  #sendFeedback(id: string, { outputs, trace_id = '' }: LangSmithRunUpdate): void {
    const { evaluation = {}, reward = null } = RespondAndJudgeOutput.safeParse(outputs).data ?? {};
    const aspects = isHidingOutputs() ? [] : Object.entries(evaluation);
    const all = aspects.map(([key, { score, rationale }]) => ({ key, score, comment: rationale }));
    if (this.spans && !process.env['LANGSMITH_API_KEY']) return; // spans go to another collector
    const { runId, traceId } = this.spans?.getLangSmithIds(id) ?? { runId: id, traceId: trace_id };
    this.#session ??= this.createProject({ projectName: this.#project, upsert: true });
    const scores = reward === null ? [] : [{ key: 'reward', score: reward }, ...all];
    const send = async ({ id: sessionId }: { id?: string }): Promise<unknown> =>
      // no project, no feedback: LangSmith has refused
      sessionId && Promise.all(scores.map((one) => this.createFeedback({ runId, traceId, sessionId, ...one })));
    // caught here and now: a rejection that nobody waits for yet would end the process
    this.#feedback.push(this.#session.then(send).catch(() => undefined));
  }
}

/** The options of a model call with the name of its reply's form, whose schema holds words of a model. */
function nameForm(options: unknown): { options?: object } {
  const { data } = FormOption.safeParse(options);
  return data ? { options: { ...data, form: data.form.name } } : {};
}

const shortenInputs = (inputs: LangSmithRun['inputs']): LangSmithRun['inputs'] =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) =>
      Array.isArray(value) && value.length > MAX_LIST_ITEMS ? [key, `${value.length} items`] : [key, value],
    ),
  );
