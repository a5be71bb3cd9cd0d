import { LANGUAGE_ROLES, type BudgetedRole, type LanguageRole } from '../models/roles.ts';
import type { Config } from '../run/config/loadConfig.ts';

export type RoleRecord<T> = Record<BudgetedRole, T>;
export type RoleTokens = RoleRecord<{ input: number; output: number }>;

/** What no config says. Lengths are in characters; four characters count as a token. */
export interface Assumptions {
  /** The share of queries, 0 to 1, on which a rewritten prompt is so good that it is kept. */
  keptShare: number;
  /** The share of queries, 0 to 1, on which the first prompt already has full marks; at most `keptShare`. */
  fullMarks: number;
  /** The share of rewrites, 0 to 1, that are new. The others repeat a prompt and take no call. */
  taken: number;
  /** Seconds a call takes. */
  latency: number;
  /** A rewritten system prompt, a response, one aspect's rationale; then the number of aspects a query is judged by. */
  prompt: number;
  response: number;
  rationale: number;
  aspects: number;
  /** The answer of a rewritten in-context example. */
  example: number;
  /** A whole reply of each role; the optimizer's holds one rewrite. */
  reply: Omit<RoleRecord<number>, 'base' | 'proofJudge'>;
}

/** Means of the authors' published runs: 283 judged nodes of three trees; 302 of 506 prompts kept in all nine, 193 of them with full marks. */
const PUBLISHED_ASSUMPTIONS: Assumptions = {
  keptShare: 0.56,
  fullMarks: 0.35,
  taken: 1,
  latency: 5,
  prompt: 1900,
  response: 2100,
  rationale: 270,
  aspects: 4.8,
  example: 2300,
  reply: { reward: 1700, judge: 1500, optimizer: 2800 },
};
/** Means of the embedded simulated models. */
const SIMULATED_ASSUMPTIONS: Assumptions = {
  keptShare: 0.32,
  fullMarks: 0.1,
  taken: 0.86,
  latency: 0.002,
  prompt: 500,
  response: 290,
  rationale: 100,
  aspects: 4.8,
  example: 390,
  reply: { reward: 290, judge: 770, optimizer: 685 },
};
/** A selection in the default preset: an analysis and a reasoning of at most 40 words each, and names. */
const SHORT_SELECTION = 650;
/** The share of the simulated optimizer's rewrites that pass the guards against duplicates. */
const SIMULATED_GUARDED_SHARE = 0.74;
/** The share of a selection's reply that is the reasoning shown to the judge: the mean of 55 published selections. */
export const REASONING_SHARE = 0.4;

/** What the caller of a forecast knows better. */
export type KnownAssumptions = Partial<Pick<Assumptions, 'latency' | 'keptShare'>>;

/** What is assumed of a config's models. A first prompt has full marks more often if all prompts are kept more often. */
export function makeAssumptions({ preset, models, search }: Config, known: KnownAssumptions = {}): Assumptions {
  const isSimulated = LANGUAGE_ROLES.every((role) => models[role].provider === 'simulated');
  const usual = isSimulated ? SIMULATED_ASSUMPTIONS : PUBLISHED_ASSUMPTIONS;
  const isShort = !isSimulated && preset !== 'reference';
  const { keptShare = usual.keptShare } = known;
  /** A length that a model's limit of tokens allows. */
  const cut = (role: LanguageRole, length: number): number => {
    const { maxTokens } = models[role];
    return typeof maxTokens === 'number' ? Math.min(length, 4 * maxTokens) : length;
  };
  const { reward, judge, optimizer } = { ...usual.reply, ...(isShort && { reward: SHORT_SELECTION }) };
  return {
    ...usual,
    ...known,
    prompt: cut('optimizer', usual.prompt),
    response: cut('base', usual.response),
    example: cut('optimizer', usual.example),
    reply: { reward: cut('reward', reward), judge: cut('judge', judge), optimizer: cut('optimizer', optimizer) },
    fullMarks: usual.fullMarks ** (Math.log(keptShare) / Math.log(usual.keptShare)),
    taken: isSimulated && search.guards.duplicates ? SIMULATED_GUARDED_SHARE : usual.taken,
  };
}

export const mapRoles = <T>(of: (role: BudgetedRole) => T): RoleRecord<T> => ({
  base: of('base'),
  reward: of('reward'),
  judge: of('judge'),
  optimizer: of('optimizer'),
  proofJudge: of('proofJudge'),
});
