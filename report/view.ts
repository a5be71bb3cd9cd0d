import { z } from 'zod';
import { FinalOutcome } from '../state/final.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import { RecordedUsage, createFaultViews, createRoleViews } from './accounts.ts';
import type { RunView } from './runView.ts';
import type { RankCriterion } from './ranks.ts';
import { findLeadingNode } from './tree.ts';
import { createTreeView } from './treeView.ts';

export type { RunView } from './runView.ts';
export { createPublishedRunView } from './published.ts';

const ReliabilityResult = z.object({
  judgements: z.number(),
  scores: z.number(),
  spread: z.number().nullable(),
  rewardSpread: z.number().nullable(),
});

/** What of result.json the page shows. */
export const RunResult = z.looseObject({
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  stoppedBy: z.string(),
  nodes: z.array(z.looseObject({ id: z.string(), kept: z.boolean() })),
  final: FinalOutcome.nullable().catch(null).default(null),
  reliability: ReliabilityResult.nullable().catch(null).default(null),
  seconds: z.number().nullable().default(null),
});

/** A run as its folder holds it: `result` is result.json as read, null while the run goes on; `soFar`: its accounts until then. */
export interface RunRecord {
  title?: string;
  config: unknown;
  result: unknown;
  usageSoFar?: unknown;
  nodes: readonly Hypothesis[];
}

/** The page's view of a run. @throws ZodError where `result` is not a run's result */
export function createRunView({ title = 'run', config, result: given, usageSoFar: soFar, nodes }: RunRecord): RunView {
  const result = given === null || given === undefined ? null : RunResult.parse(given);
  const accounts = RecordedUsage.parse(result ?? soFar ?? {});
  const leader = findLeadingNode(nodes);
  const best = result
    ? { id: result.bestId, prompt: result.bestPrompt, value: result.value }
    : { id: leader?.id ?? '0', prompt: leader?.prompt ?? '', value: leader?.value ?? null };
  const { search, judge } = ViewConfig.safeParse(config).data ?? ViewConfig.parse({});
  const ranked = RANKING_STRATEGIES.has(search.strategy);
  const shape = {
    bestId: best.id,
    kept: result && collectKeptIds(result.nodes),
    rankedBy: toRankCriterion(search),
    ranked,
  };
  return {
    title,
    state: result ? 'ended' : 'running',
    // nothing is measured along a path of the root alone
    best: nodes.some((n) => n.id === best.id && n.depth === 0) ? { ...best, value: null } : best,
    stoppedBy: result?.stoppedBy ?? null,
    ...createTreeView(nodes, shape),
    roles: createRoleViews(accounts, config),
    faults: createFaultViews(accounts),
    final: result?.final ?? null,
    retest: result?.reliability ?? null,
    ranked,
    judges: 1 + judge.panel.length,
    usd: accounts.usd,
    seconds: result?.seconds ?? null,
    config,
  };
}

const collectKeptIds = (nodes: readonly { id: string; kept: boolean }[]): Set<string> =>
  new Set(nodes.flatMap((n) => (n.kept ? n.id : [])));

/** Strategies that rank a level and keep its best; the others draw, sample or walk. */
const RANKING_STRATEGIES: ReadonlySet<string> = new Set(['beam', 'greedy']);

/** A beam of one is valued by its last reward (graphs/searchOptions.ts). */
const toRankCriterion = ({ strategy, beamWidth, rankBy }: z.infer<typeof ViewConfig>['search']): RankCriterion => {
  if (rankBy === 'estimate') return 'estimate';
  return strategy === 'greedy' || (strategy === 'beam' && beamWidth === 1) ? 'last' : 'mean';
};

/** What of the config the view depends on. */
const ViewConfig = z.looseObject({
  search: z
    .looseObject({
      strategy: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).default('beam'),
      beamWidth: z.number().default(2),
      // runs from before there were estimates were ranked by value
      rankBy: z.string().default('value'),
    })
    .catch({ strategy: 'beam', beamWidth: 2, rankBy: 'value' })
    .prefault({}),
  judge: z
    .looseObject({ panel: z.array(z.unknown()).default([]) })
    .catch({ panel: [] })
    .prefault({}),
});
