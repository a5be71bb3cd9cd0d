import type { Reward } from '../../state/reward.ts';
import type { Judge, SelectRewards } from '../node.ts';

/** What an evaluator of openevals, or one for LangSmith's `evaluate`, gives for one response. */
export interface Verdict {
  key: string;
  score: number | boolean;
  comment?: string;
}

/** What such an evaluator is given: a data set's inputs, what was made of them, and what was hoped for. */
export interface EvaluatorInput {
  inputs?: unknown;
  outputs?: unknown;
  referenceOutputs?: unknown;
}

/** 0 to 1, as openevals scores, or 1 to 5, as we do. */
export type ScoreScale = 'unit' | 'points';

export interface EvaluatorOptions {
  judge: Judge;
  /** The aspects to be judged, or how they are selected for each query. */
  rewards: readonly Reward[] | SelectRewards;
  /** "unit" (the default): 1 point is 0, 3 are 0.5, 5 are 1. "points": 1 to 5 as they are. */
  scale?: ScoreScale;
}

/**
 * A judge as an evaluator for LangSmith's `evaluate` and whatever takes openevals' kind: a verdict for each aspect, its remark as
 * the comment. @throws where the judgement could not be had or read: what is missing is not a zero
 */
export function toEvaluator({ judge, rewards: given, scale = 'unit' }: EvaluatorOptions) {
  return async function evaluator({ inputs, outputs }: EvaluatorInput): Promise<Verdict[]> {
    const [query, response] = [
      findText(inputs, QUERY_FIELD_NAMES, 'inputs'),
      findText(outputs, RESPONSE_FIELD_NAMES, 'outputs'),
    ];
    const stage = 'prompt' as const;
    const { rewards, reasoning } =
      typeof given === 'function' ? await given({ query, stage }) : { rewards: given, reasoning: '' };
    const { evaluation, missing } = await judge({ query, response, rewards, reasoning, stage });
    if (missing !== undefined) throw new Error(`no judgement: ${missing}`);
    return Object.entries(evaluation).map(([key, { score, rationale }]) => ({
      key,
      score: scale === 'points' ? score : (score - 1) / 4,
      comment: rationale,
    }));
  };
}

/** The same as an evaluator for each of some aspects, one verdict each; what they judge at a time is judged once. */
export function toEvaluators(options: EvaluatorOptions & { rewards: readonly Reward[] }) {
  const together = toEvaluator(options);
  const running = new Map<string, Promise<Verdict[]>>();
  const once = (evaluated: EvaluatorInput): Promise<Verdict[]> => {
    const key = JSON.stringify([evaluated.inputs, evaluated.outputs]);
    const judging = running.get(key) ?? together(evaluated).finally(() => running.delete(key));
    running.set(key, judging);
    return judging;
  };
  return options.rewards.map(({ name }) => async (evaluated: EvaluatorInput): Promise<Verdict> => {
    const verdict = (await once(evaluated)).find(({ key }) => key === name);
    if (!verdict) throw new Error(`no judgement of ${name}`);
    return verdict;
  });
}

/** Where a data set's inputs and outputs keep their text: a field of one of these names, or the only text there is. */
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
