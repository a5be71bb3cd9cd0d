import { type RoleCalls, countWalkCalls, countStage1Calls, countCallRounds, countSequentialCalls } from './calls.ts';
import type { Walk } from './walk.ts';
import { countRounds, type FinalOptions } from '../graphs/searchOptions.ts';
import { fitFinal } from '../graphs/beam/callBudget.ts';
import { computeMean } from '../statistics/computeMean.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { type Assumptions, mapRoles, FORECAST_ROLES, sumCalls, type RoleTokens } from './assumptions.ts';
import type { PlanInput } from './planInput.ts';
import { addStage1Tokens, forecastTokens } from './estimateTokens.ts';

/** What a search, and what goes with it, takes. */
export interface Forecast {
  calls: RoleCalls & { total: number };
  tokens: RoleTokens & { total: number };
  /** Calls that must wait for one another. */
  steps: number;
  /** Null where no role has a price. */
  usd: number | null;
  seconds: number;
}

/** The final on held-out queries: the first prompt on all, rounds of halving, then the proof; none where nothing was rewritten. */
function forecastFinal(
  given: PlanInput,
  walk: Walk,
  dynamic: boolean,
  fullMarks: number,
): RoleCalls & { steps: number } {
  const asked = walk.reduce((n, level) => n + level.children - level.kept, -1);
  const final = fitFinalToWalk(given, walk);
  const entrants = Math.min(final?.candidates ?? 0, Math.round(asked));
  if (!final || entrants < 1 || given.heldOutCount < 1) return { base: 0, reward: 0, judge: 0, optimizer: 0, steps: 0 };
  const held = Math.min(given.heldOutCount, final.selectionQueries + final.proof.maxQueries);
  const choosing = Math.min(final.selectionQueries, Math.max(1, given.heldOutCount - 2));
  const easy = fullMarks * choosing;
  const all = countRounds(entrants + 1, Math.max(1, Math.round(choosing - easy)));
  const playing = computeMean(Array.from({ length: all }, (_, round) => Math.ceil(entrants / 2 ** round))) ?? 0;
  const evaluations = held + (choosing - easy) * playing + easy * Math.min(2, entrants) + (held - choosing);
  const steps = (dynamic ? 1 : 0) + 2 * (1 + all + (easy >= 0.5 ? 1 : 0) + (held > choosing ? 1 : 0));
  return { base: evaluations, judge: evaluations, reward: dynamic ? held : 0, optimizer: 0, steps };
}

/** The final as it fits the search that has gone so. */
function fitFinalToWalk({ config, search, allQueries }: PlanInput, walk: Walk): FinalOptions | null {
  if (!BEAM_STRATEGIES.has(config.search.strategy.name)) return search.final;
  // levels after a query asked for the first time
  const paper = walk.slice(1).map((level, i) => ({ ...level, weight: walk[i]?.freshProbability ?? 0 }));
  const sum = (of: (level: (typeof paper)[number]) => number): number =>
    paper.reduce((n, level) => n + level.weight * of(level), 0);
  const levels = sum((l) => l.reachProbability);
  const judgements = sum(({ expanded, kept }) => kept + (expanded - kept) * search.actions);
  const raised = Math.min(
    search.maxDepthIncrease,
    sum(({ kept }) => Math.min(1, kept)),
  );
  return fitFinal(
    { level: walk.length - 1, calls: 0, paper: { levels, judgements, depthIncreases: raised }, queries: allQueries },
    search,
  );
}

const BEAM_STRATEGIES: ReadonlySet<string> = new Set(['beam', 'greedy', 'stochastic-beam']);

/** Calls, tokens, steps, cost and time of a search and, where asked for, of stage 1 (`rewriteRounds` rewrites an example) and the final comparison. */
export function forecastRun(given: PlanInput, walk: Walk, assumed: Assumptions, rewriteRounds: number): Forecast {
  const { config } = given;
  const examples = config.examples.rewrite ? given.examples.slice(0, config.examples.rewriteLimit ?? undefined) : [];
  const dynamic = config.rewards.mode === 'dynamic';
  const final = forecastFinal(given, walk, dynamic, assumed.fullMarks);
  const stage1 = countStage1Calls(examples.length, rewriteRounds);
  const search = countWalkCalls(walk, dynamic);
  const judges = countJudges(config);
  const again = countReliabilityChecks(config, search.judge);
  const calls = mapRoles((role) => {
    const once = search[role] + stage1[role] + final[role];
    return role === 'judge' ? judges * (once + again) : once;
  });
  const tokens = forecastTokens(given, walk, assumed);
  for (const role of FORECAST_ROLES) {
    tokens[role].input *= search[role] > 0 ? 1 + final[role] / search[role] : 1;
    tokens[role].output *= search[role] > 0 ? 1 + final[role] / search[role] : 1;
  }
  addStage1Tokens(tokens, examples, rewriteRounds, assumed);
  const judged = search.judge + stage1.judge + final.judge;
  if (judged > 0)
    for (const side of ['input', 'output'] as const) tokens.judge[side] *= (judges * (judged + again)) / judged;
  const before = examples.length ? 2 + 2 * rewriteRounds : 0;
  const roundsBefore = Math.max(before, sumCalls(stage1) / config.concurrency);
  const waited =
    roundsBefore +
    countCallRounds(walk, config.concurrency) +
    Math.max(final.steps, sumCalls(final) / config.concurrency);
  return {
    calls: { ...calls, total: sumCalls(calls) },
    tokens: { ...tokens, total: FORECAST_ROLES.reduce((n, role) => n + tokens[role].input + tokens[role].output, 0) },
    steps: before + countSequentialCalls(walk) + final.steps,
    usd: computeUsd(config, tokens),
    seconds: waited * assumed.latency,
  };
}

/** How often each judgement is asked for: of every judge, so many times; the same judge named twice gives the same answer. */
const countJudges = ({ models, judge }: Config): number =>
  judge.samples * new Set([models.judge, ...judge.panel].map((one) => JSON.stringify(one))).size;

/** Judgements that are made a second time. */
const countReliabilityChecks = ({ judge }: Config, judged: number): number =>
  Math.min(judge.reliabilityChecks, Math.round(judged));

export function computeUsd({ models }: Config, tokens: RoleTokens): number | null {
  if (FORECAST_ROLES.every((role) => models[role].price === undefined)) return null;
  return FORECAST_ROLES.reduce((usd, role) => {
    const { input = 0, output = 0 } = models[role].price ?? {};
    return usd + (tokens[role].input * input + tokens[role].output * output) / 1e6;
  }, 0);
}
