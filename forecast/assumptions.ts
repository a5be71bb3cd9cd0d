import type { Config } from '../run/config/loadConfig.ts';
import type { RoleCalls } from './calls.ts';

export const FORECAST_ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
export type RoleRecord<T> = Record<(typeof FORECAST_ROLES)[number], T>;
export type RoleTokens = RoleRecord<{ input: number; output: number }>;

/** What no config tells. Lengths are in characters, four of which count as a token. */
export interface Assumptions {
  /** How many of the hypotheses to be expanded keep their prompt, 0 to 1. */
  keptShare: number;
  /** The share of queries, 0 to 1, on which the first prompt has full marks already. */
  fullMarks: number;
  /** How many of the rewrites are new; the others repeat a prompt and take no call. */
  taken: number;
  /** Seconds a call takes. */
  latency: number;
  /** A rewritten system prompt, a response, one aspect's rationale; aspects a query is judged by. */
  prompt: number;
  response: number;
  rationale: number;
  aspects: number;
  /** The answer of a rewritten in-context example. */
  example: number;
  /** A whole reply of each role; the optimizer's holds one rewrite. */
  reply: Omit<RoleRecord<number>, 'base'>;
}

/** The means of the authors' published runs (three trees, 283 judged nodes; in all nine 302 of 506 kept, 193 of them with full marks, docs/algorithm.md#noise-in-the-published-runs). */
const PUBLISHED_ASSUMPTIONS: Assumptions = {
  keptShare: 0.6,
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
/** The means of the embedded simulated models. */
const SIMULATED_ASSUMPTIONS: Assumptions = {
  keptShare: 0.45,
  fullMarks: 0.1,
  taken: 0.85,
  latency: 0.002,
  prompt: 500,
  response: 290,
  rationale: 100,
  aspects: 4.8,
  example: 390,
  reply: { reward: 425, judge: 770, optimizer: 685 },
};
/** The share of a selection's reply that is the reasoning shown to the judge (the authors' 55 selections). */
export const REASONING_SHARE = 0.4;

export const sumCalls = (calls: RoleCalls): number => FORECAST_ROLES.reduce((n, role) => n + calls[role], 0);
export const makeFiller = (length: number): string => 'x'.repeat(Math.max(0, Math.round(length)));

/** What is assumed of a config's models. */
export const makeAssumptions = ({ models }: Config): Assumptions =>
  FORECAST_ROLES.every((role) => models[role].provider === 'simulated') ? SIMULATED_ASSUMPTIONS : PUBLISHED_ASSUMPTIONS;

export const mapRoles = <T>(of: (role: (typeof FORECAST_ROLES)[number]) => T): RoleRecord<T> => ({
  base: of('base'),
  reward: of('reward'),
  judge: of('judge'),
  optimizer: of('optimizer'),
});
