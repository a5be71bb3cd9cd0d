import { z } from 'zod';
import { FinalOutcome } from '../state/final.ts';
import { ProofVerdict } from '../state/verdict.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import {
  RecordedUsage,
  createFailureViews,
  createRejectionViews,
  createRoleViews,
  type RefusedLine,
} from './usageViews.ts';
import type { RunView } from './runView.ts';
import type { RankCriterion } from './computeRankValues.ts';
import { createAnswerViews, type JudgedPair } from './createAnswerViews.ts';
import { describeRunConfig } from './describeRunConfig.ts';
import { findLeadingNode } from './tree.ts';
import { createTreeView } from './createTreeView.ts';

export type { RunView } from './runView.ts';
export { createPublishedRunView } from './createPublishedRunView.ts';

const ReliabilityResult = z.object({
  judgements: z.number(),
  scores: z.number(),
  spread: z.number().nullable(),
  rewardSpread: z.number().nullable(),
});

/** The fields of result.json that the page shows. */
const RunResult = z.looseObject({
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  stoppedBy: z.string(),
  nodes: z.array(z.looseObject({ id: z.string(), kept: z.boolean() })),
  final: FinalOutcome.nullable().catch(null).default(null),
  verdict: ProofVerdict.nullable().catch(null).default(null),
  reliability: ReliabilityResult.nullable().catch(null).default(null),
  warnings: z
    .array(z.object({ code: z.string(), text: z.string() }))
    .catch([])
    .default([]),
  seconds: z.number().nullable().default(null),
});

/** The files of a run. */
export interface RunRecord {
  title?: string;
  config: unknown;
  /** The content of result.json; null if there is none yet. */
  result: unknown;
  /** The usage of a run without a result. */
  usageSoFar?: unknown;
  /** What a run without a result warns of. */
  warningsSoFar?: RunView['warnings'];
  nodes: readonly Hypothesis[];
  /** The lines of proof.jsonl. */
  proof?: readonly JudgedPair[];
  /** When the result was written. */
  finished?: Date | undefined;
  /** The rewrites that were rejected. */
  refused?: readonly RefusedLine[];
}

/** Creates the page's view of a run. @throws ZodError if `result` is not the result of a run */
export function createRunView({
  title = 'run',
  config,
  result: resultFile,
  usageSoFar,
  warningsSoFar = [],
  nodes,
  proof = [],
  finished,
  refused = [],
}: RunRecord): RunView {
  const result = resultFile === null || resultFile === undefined ? null : RunResult.parse(resultFile);
  const usage = RecordedUsage.parse(result ?? usageSoFar ?? {});
  const leader = findLeadingNode(nodes);
  const best = result
    ? { id: result.bestId, prompt: result.bestPrompt, value: result.value }
    : { id: leader?.id ?? '0', prompt: leader?.prompt ?? '', value: leader?.value ?? null };
  const warnings = result?.warnings ?? warningsSoFar;
  const isFirst = best.prompt === nodes.find((n) => n.depth === 0)?.prompt;
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
    // the first prompt has no path of rewrites, and points that are all alike have no best
    best: isFirst || warnings.some(({ code }) => code === 'judge-constant') ? { ...best, value: null } : best,
    stoppedBy: result?.stoppedBy ?? null,
    warnings,
    ...createTreeView(nodes, shape),
    roles: createRoleViews(usage, config),
    failures: createFailureViews(usage),
    rejectedRewrites: createRejectionViews(usage, refused),
    final: result?.final ?? null,
    verdict: result?.verdict ?? null,
    answers: createAnswerViews(proof, result?.verdict ?? null, result?.final?.shortened?.id),
    reliability: result?.reliability ?? null,
    ranked,
    judges: 1 + judge.panel.length,
    usd: usage.usd,
    seconds: result?.seconds ?? null,
    finished: (result && finished?.toISOString()) ?? null,
    subject: describeRunConfig(config),
    config,
  };
}

const collectKeptIds = (nodes: readonly { id: string; kept: boolean }[]): Set<string> =>
  new Set(nodes.flatMap((n) => (n.kept ? n.id : [])));

/** The strategies that rank a level and keep its best. */
const RANKING_STRATEGIES: ReadonlySet<string> = new Set(['beam', 'greedy']);

/** A beam of width 1 ranks by the last reward (graphs/searchOptions.ts). */
const toRankCriterion = ({ strategy, beamWidth, rankBy }: z.infer<typeof ViewConfig>['search']): RankCriterion => {
  if (rankBy === 'estimate') return 'estimate';
  return strategy === 'greedy' || (strategy === 'beam' && beamWidth === 1) ? 'last' : 'mean';
};

/** The fields of the config that the view depends on. */
const ViewConfig = z.looseObject({
  search: z
    .looseObject({
      strategy: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).default('beam'),
      beamWidth: z.number().default(2),
      // older runs, without estimates, ranked by value
      rankBy: z.string().default('value'),
    })
    .catch({ strategy: 'beam', beamWidth: 2, rankBy: 'value' })
    .prefault({}),
  judge: z
    .looseObject({ panel: z.array(z.unknown()).default([]) })
    .catch({ panel: [] })
    .prefault({}),
});
