import type { Reward } from '../../state/reward.ts';
import type { Judge, SelectRewards } from '../node.ts';

/** The score of one response on one key, as openevals and LangSmith's `evaluate` exchange it. */
export interface Verdict {
  key: string;
  score: number | boolean;
  comment?: string;
}

/** The input of such an evaluator: the inputs of a data set, the outputs to judge, and the expected outputs. */
export interface EvaluatorInput {
  inputs?: unknown;
  outputs?: unknown;
  referenceOutputs?: unknown;
}

/** "unit" is 0 to 1, as in openevals; "points" is 1 to 5, as in drpo. */
export type ScoreScale = 'unit' | 'points';

/** Options of `toEvaluator`. */
export interface EvaluatorOptions {
  judge: Judge;
  /** The rewards to judge by, or the step that selects them for each query. */
  rewards: readonly Reward[] | SelectRewards;
  /** "unit" by default: 1 point becomes 0, 3 become 0.5, 5 become 1. */
  scale?: ScoreScale;
}

/**
 * Makes an evaluator of a judge, for LangSmith's `evaluate` and other users of openevals. It returns a verdict for each aspect, with the remark as comment.
 * It throws if the judgement is missing, because a missing score is not a zero.
 */
export function toEvaluator({ judge, rewards: source, scale = 'unit' }: EvaluatorOptions) {
  return async function evaluator({ inputs, outputs }: EvaluatorInput): Promise<Verdict[]> {
    const [query, response] = [
      findText(inputs, QUERY_FIELD_NAMES, 'inputs'),
      findText(outputs, RESPONSE_FIELD_NAMES, 'outputs'),
    ];
    const stage = 'prompt' as const;
    const { rewards, reasoning } =
      typeof source === 'function' ? await source({ query, stage }) : { rewards: source, reasoning: '' };
    const { evaluation, missing } = await judge({ query, response, rewards, reasoning, stage });
    if (missing !== undefined) throw new Error(`no judgement: ${missing}`);
    return Object.entries(evaluation).map(([key, { score, rationale }]) => ({
      key,
      score: scale === 'points' ? score : (score - 1) / 4,
      comment: rationale,
    }));
  };
}

/** Makes an evaluator for each aspect, with one verdict each. Evaluators that judge the same response at the same time share one judgement. */
export function toEvaluators(options: EvaluatorOptions & { rewards: readonly Reward[] }) {
  const evaluateAll = toEvaluator(options);
  const running = new Map<string, Promise<Verdict[]>>();
  const evaluateOnce = (evaluated: EvaluatorInput): Promise<Verdict[]> => {
    const key = JSON.stringify([evaluated.inputs, evaluated.outputs]);
    const judging = running.get(key) ?? evaluateAll(evaluated).finally(() => running.delete(key));
    running.set(key, judging);
    return judging;
  };
  return options.rewards.map(({ name }) => async (evaluated: EvaluatorInput): Promise<Verdict> => {
    const verdict = (await evaluateOnce(evaluated)).find(({ key }) => key === name);
    if (!verdict) throw new Error(`no judgement of ${name}`);
    return verdict;
  });
}

/** The fields in which data sets usually keep the text. */
const QUERY_FIELD_NAMES = ['query', 'question', 'instruction', 'prompt', 'input'];
const RESPONSE_FIELD_NAMES = ['response', 'answer', 'output', 'text', 'content'];

function findText(value: unknown, names: readonly string[], what: string): string {
  if (typeof value === 'string') return value;
  const fields = Object.entries(value ?? {}).filter((field): field is [string, string] => typeof field[1] === 'string');
  const named =
    names.flatMap((name) => fields.filter(([key]) => key === name))[0] ?? (fields.length === 1 && fields[0]);
  if (named) return named[1];
  throw new TypeError(
    `${what}: expected a text or an object with ${names.join(', ')}, got ${JSON.stringify(value)?.slice(0, 80)}`,
  );
}
