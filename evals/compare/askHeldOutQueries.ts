import type { Nodes } from '../../nodes/node.ts';
import { createRunParts } from '../../run/createRunParts.ts';
import { describeModel } from '../../run/describeModel.ts';
import { importNodeOverrides } from '../../run/nodeOverrides.ts';
import type { Screen } from '../../run/progress.ts';
import { askFreshQuery, selectFreshRewards, type FreshQuery } from '../../run/prove/askFreshQuery.ts';
import type { Session } from '../../run/session.ts';
import { traceRun, labelModelRoles } from '../../run/tracing/traceRun.ts';
import { SearchError } from '../../state/failure.ts';
import { ProgressMeter } from '../experiments/progressMeter.ts';
import type { ComparedAnswers } from './comparisonOutcome.ts';
import { KeptAnswers } from './keptAnswers.ts';
import type { ComparedPrompt } from './operands.ts';

/** Which prompts answer which queries. */
export interface AskedComparison {
  prompts: readonly ComparedPrompt[];
  /** Which prompts are the first one itself, and are not asked. */
  unchanged: readonly boolean[];
  queries: readonly FreshQuery[];
}

/**
 * Lets each prompt answer each query, and has the answers judged by the same rewards. What the folder keeps is not asked again.
 * Fills in `answers`, query by query. @throws SearchError if more answers of a prompt are missing than `search.maxMissingShare`
 */
export async function askHeldOutQueries(
  session: Session,
  { prompts, unchanged, queries }: AskedComparison,
  answers: readonly ComparedAnswers[],
  screen: Screen | null,
): Promise<void> {
  const { config, folder, gateway, nodes } = session;
  const kept = new KeptAnswers(folder.file('answers.jsonl'));
  const asked = prompts.flatMap((prompt, i) => (unchanged[i] ? [] : [{ prompt, i }]));
  const jobs = queries.flatMap((query, at) => {
    const row = answers[at] ?? { query: query.query, answers: [] };
    const open = asked.filter(({ prompt, i }) => (row.answers[i] = kept.find(prompt, query) ?? null) === null);
    return open.length === 0 ? [] : [{ query, row, open }];
  });
  const total = jobs.reduce((sum, { open }) => sum + open.length, 0);
  const isKept = asked.length * queries.length - total;
  if (isKept > 0) screen?.write(`${isKept} answers are kept from before, and are not asked again.\n`);
  const steps = await createOwnSteps(session, prompts);
  const meter = new ProgressMeter(screen, 'answers judged', total, () => gateway.getUsageTotals());
  const trace = await traceRun(session, { command: 'compare' });

  const askOne = async ({ query, row, open }: (typeof jobs)[number]): Promise<void> => {
    const rewards = kept.findRewards(query) ?? (await selectFreshRewards(nodes, query, trace.config));
    const ask = async ({ prompt, i }: (typeof asked)[number]): Promise<void> => {
      const proven = { id: prompt.name, ...prompt, ...steps[i] };
      const { id: _, ...answer } = await askFreshQuery(nodes, query, proven, rewards, trace.config);
      kept.add(prompt, query, answer, rewards);
      row.answers[i] = answer;
      meter.step(answer.reward === null);
    };
    await Promise.all(open.map(ask));
  };

  const queue = jobs.values();
  const errors: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const job of queue) {
      if (errors.length > 0) return;
      await askOne(job).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(config.concurrency, jobs.length) }, work));
  for (const line of await trace.flush()) screen?.write(`${line}\n`);
  if (errors.length > 0) throw errors[0];
  for (const { prompt, i } of asked)
    requireEnoughAnswers(
      prompt.name,
      answers.map((row) => row.answers[i]),
      config.search.maxMissingShare,
    );
}

/** The steps that a prompt has of its own, for another base model or choice of examples than the session's. */
type OwnSteps = Partial<Pick<Nodes, 'respond' | 'retrieveExamples'>>;

async function createOwnSteps(
  { config, gateway, onUnreadable }: Session,
  prompts: readonly ComparedPrompt[],
): Promise<OwnSteps[]> {
  const describe = ({ base, k, choose }: Pick<ComparedPrompt, 'base' | 'k' | 'choose'>): string =>
    JSON.stringify([describeModel(base), k, choose]);
  const nodes = config.nodes === undefined ? undefined : await importNodeOverrides(config.nodes);
  const make = ({ base, k, choose }: ComparedPrompt): OwnSteps => {
    const changed = { ...config, models: { ...config.models, base }, examples: { ...config.examples, k, choose } };
    const parts = createRunParts(changed, gateway, { nodes });
    labelModelRoles(parts.models);
    const { respond, retrieveExamples } = parts.createNodes({ onUnreadable });
    return { respond, retrieveExamples };
  };
  const made = new Map<string, OwnSteps>([[describe({ ...config.examples, base: config.models.base }), {}]]);
  return prompts.map((prompt) => {
    const key = describe(prompt);
    const steps = made.get(key) ?? make(prompt);
    made.set(key, steps);
    return steps;
  });
}

function requireEnoughAnswers(
  name: string,
  answers: readonly (ComparedAnswers['answers'][number] | undefined)[],
  maxMissingShare: number,
): void {
  const missing = answers.filter((answer) => (answer?.reward ?? null) === null);
  if (missing.length <= maxMissingShare * answers.length && missing.length < answers.length) return;
  const why = missing.at(-1)?.missing ?? 'no judgement';
  throw new SearchError(
    `compare: ${missing.length} of ${answers.length} answers of ${name} are missing, so there is no verdict. The last one: ${why}. Check the prompt and its base model, and run the same command again, or raise search.maxMissingShare.`,
  );
}
