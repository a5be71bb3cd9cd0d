import type { RunModels } from '../../models/index.ts';
import type { Nodes } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { withBatchConcurrency } from '../../run/withBatchConcurrency.ts';
import { hashText } from '../../run/describeModel.ts';
import type { ProvenPrompt } from '../../run/prove/askFreshQuery.ts';
import { createAlignedMethod, createBaseMethod, type AlignmentMethod } from '../justEval/methods.ts';
import type { ScoredJudgement } from '../justEval/records.ts';
import { toScoredJudgement, type JustEvalRecord } from '../justEval/runJustEval.ts';
import { createUrialMethod, renderUrialHead } from '../justEval/urial.ts';
import type { EvaluationTracker } from '../langsmith/evaluationTracker.ts';
import type { ExperimentRow } from './experimentSchema.ts';
import { describeTracedExperiment } from './experimentTrace.ts';
import { ModelCallCounter } from './modelCallCounter.ts';
import { RowSearches, type RowContext, type RowSearchResult } from './rowSearches.ts';
import { toTaskRespond } from './resolveMethod.ts';
import { runMonitoredJustEval } from './runMonitoredJustEval.ts';
import { runTask, type TaskRecord } from './runTask.ts';

/** One search of one row, evaluated. */
export interface RowRun {
  row: string;
  seed: number;
  prompt: string;
  /** Mean reward along the search's path, 1 to 5; null without a search. */
  value: number | null;
  trainingQueries: string[];
  scored: ScoredJudgement[];
  records: JustEvalRecord[];
  /** The answers to the queries of the user's task; left out without one. */
  task?: TaskRecord[];
  /** Requests that this row alone would take: for its searches, its answers and its judgements. */
  requests: number;
}

/** How a row answers, and the searches that its prompt and examples come from. */
interface RowMethod {
  method: AlignmentMethod;
  prompt: string;
  /** How it answers the queries of the user's task. */
  asked: Omit<ProvenPrompt, 'id'>;
  searches: RowSearchResult[];
}

/** Searches and evaluates the rows of an experiment. */
export class RowRunner {
  readonly context: RowContext;
  readonly #searches: RowSearches;

  constructor(context: RowContext) {
    this.context = context;
    this.#searches = new RowSearches(context);
  }

  /** Searches if the row needs it, then evaluates. @throws SearchError if the judge's replies stay unreadable */
  async run(
    row: ExperimentRow,
    seed: number,
    onRecord: (record: { missing?: string | undefined }) => void,
  ): Promise<RowRun> {
    const { session, instructions, resolveConfig, task, batched } = this.context;
    const config = withBatchConcurrency(resolveConfig(row, seed), batched);
    const { models, nodes } = await session.wireRow(config, row.nodes, batched);
    const { method, prompt, asked, searches } = await this.#resolveMethod(row, seed, config, models, nodes);
    const counter = new ModelCallCounter();
    const trace = this.#openTrace(row, seed, prompt, config);
    const traced = { ...trace, callbacks: [counter, ...(trace.callbacks ?? [])] };
    const records = await runMonitoredJustEval({
      settings: config,
      judgeModel: models.judge,
      onUnreadable: session.onUnreadable,
      instructions,
      method,
      onRecord,
      config: traced,
    });
    const answers = task && {
      task: await runTask({
        queries: task,
        asked,
        nodes,
        // one judge for all rows, whatever their own settings are
        judging: (await session.wireRow(resolveConfig(), undefined, batched)).nodes,
        settings: config,
        onRecord,
        config: { callbacks: [counter] },
      }),
    };
    return {
      row: row.name,
      seed,
      prompt,
      value: searches[0]?.value ?? null,
      trainingQueries: [...new Set(searches.flatMap((search) => search.training))],
      scored: records.map(toScoredJudgement),
      records,
      ...answers,
      requests: searches.reduce((sum, search) => sum + search.requests, counter.count),
    };
  }

  /** Waits up to 3 seconds for pending traces, and reports what became of the evaluations' traces. */
  async flush(): Promise<string[]> {
    const lines = await Promise.all([this.context.tracker.flush(), this.#searches.flushTraces()]);
    return [...new Set(lines.flat())];
  }

  #openTrace(
    row: ExperimentRow,
    seed: number,
    prompt: string,
    config: Config,
  ): ReturnType<EvaluationTracker['openExperiment']> {
    const { tracker, experiment } = this.context;
    const name = experiment.seeds > 1 ? `${row.name}, seed ${seed}` : row.name;
    const method = { name: row.method, prompt: hashText(prompt) };
    const description = describeTracedExperiment(config, method, `${experiment.title}: ${name}`);
    const metadata = { ...description.metadata, ...row.labels, table: experiment.title, row: row.name, seed };
    return tracker.openExperiment({ ...description, metadata }, config);
  }

  async #resolveMethod(
    row: ExperimentRow,
    seed: number,
    config: Config,
    models: RunModels,
    nodes: Nodes,
  ): Promise<RowMethod> {
    const { initialPrompt } = config;
    if (row.method === 'urial') return resolveUrial(models);
    if (row.method === 'base')
      return {
        method: createBaseMethod(nodes.respond, initialPrompt),
        prompt: initialPrompt,
        asked: { prompt: initialPrompt, examples: [] },
        searches: [],
      };
    const searchedRow = row.prompt === undefined ? (row.promptOf ?? row.name) : undefined;
    const names = [...new Set([searchedRow, row.examplesOf ?? searchedRow].filter((name) => name !== undefined))];
    const searches = await Promise.all(names.map((name) => this.#searches.get(name, seed)));
    const prompt = row.prompt ?? searches[0]?.prompt ?? initialPrompt;
    // a row's own search has examples of `examplesOf` already
    const examples = searches.at(searchedRow === row.name ? 0 : -1)?.examples ?? (await readData(config)).examples;
    return { method: createAlignedMethod(nodes, prompt, examples), prompt, asked: { prompt, examples }, searches };
  }
}

/** URIAL's text holds the prompt and all examples. It has no turns before the query. */
function resolveUrial({ base }: RunModels): RowMethod {
  const method = createUrialMethod(base);
  const prompt = renderUrialHead();
  return { method, prompt, asked: { prompt, examples: [], respond: toTaskRespond(method) }, searches: [] };
}
