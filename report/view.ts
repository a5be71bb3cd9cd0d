import { z } from 'zod';
import { FinalOutcome } from '../state/final.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import { Accounts, faultsOf, rolesOf } from './accounts.ts';
import type { RunView } from './runView.ts';
import { leadingNode } from './tree.ts';
import { treeView } from './treeView.ts';

export type { RunView } from './runView.ts';
export { viewOfPublishedTree } from './published.ts';

/** What of result.json the page shows. */
export const RunResult = z.looseObject({
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  stoppedBy: z.string(),
  nodes: z.array(z.looseObject({ id: z.string(), kept: z.boolean() })),
  final: FinalOutcome.nullable().catch(null).default(null),
  retest: z
    .object({ judgements: z.number(), scores: z.number(), spread: z.number() })
    .nullable()
    .catch(null)
    .default(null),
  usd: z.number().nullable().default(null),
  seconds: z.number().nullable().default(null),
});

/** A run as its folder holds it: `result` is result.json as read, null while the run goes on. */
export interface RunRecord {
  title?: string;
  config: unknown;
  result: unknown;
  nodes: readonly Hypothesis[];
}

/** The page's view of a run. @throws ZodError where `result` is not a run's result */
export function viewOfRun({ title = 'run', config, result: given, nodes }: RunRecord): RunView {
  const result = given === null || given === undefined ? null : RunResult.parse(given);
  const accounts = Accounts.parse(result ?? {});
  const leader = leadingNode(nodes);
  const best = result
    ? { id: result.bestId, prompt: result.bestPrompt, value: result.value }
    : { id: leader?.id ?? '0', prompt: leader?.prompt ?? '', value: leader?.value ?? null };
  return {
    title,
    state: result ? 'ended' : 'running',
    best,
    stoppedBy: result?.stoppedBy ?? null,
    ...treeView(nodes, { bestId: best.id, kept: result && keptOf(result.nodes), aggregate: aggregateOf(config) }),
    roles: rolesOf(accounts, config),
    faults: faultsOf(accounts),
    final: result?.final ?? null,
    retest: result?.retest ?? null,
    usd: result?.usd ?? null,
    seconds: result?.seconds ?? null,
    config,
  };
}

const keptOf = (nodes: readonly { id: string; kept: boolean }[]): Set<string> =>
  new Set(nodes.flatMap((n) => (n.kept ? n.id : [])));

/** A beam of one is valued by its last reward (graphs/options.ts). */
const Width = z.looseObject({ search: z.looseObject({ beamWidth: z.number() }) });
const aggregateOf = (config: unknown): 'mean' | 'last' =>
  Width.safeParse(config).data?.search.beamWidth === 1 ? 'last' : 'mean';
