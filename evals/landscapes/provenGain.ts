import { classifyProof, computeProofInterval } from '../../graphs/final/createVerdict.ts';
import { DEFAULT_FINAL } from '../../graphs/index.ts';
import type { Nodes } from '../../nodes/index.ts';
import type { FinalOutcome } from '../../state/final.ts';
import { computeReward } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import type { Landscape } from './landscapes.ts';

const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
type RoleCalls = Record<(typeof ROLES)[number], number>;
type WorldNodes = Pick<Nodes, 'selectRewards' | 'respond' | 'judge' | 'rewriteSystemPrompt'>;

/** A search, of this checkout or of another, and the worlds that it runs in. */
export interface SearchWorld {
  createWorld: (landscape: Landscape, seed: number) => { nodes: Nodes; trueQuality: (prompt: string) => number };
  search: (nodes: Nodes) => {
    invoke: (input: {
      queries: string[];
    }) => Promise<{ bestPrompt: string; final: Pick<FinalOutcome, 'proof'> | null }>;
  };
}

/** A run on a landscape, with its proof up to the end. */
export interface ProvenGain {
  /** True quality of the returned prompt minus that of the first, in points. */
  gain: number;
  calls: RoleCalls;
  /** Calls by which the proof went on after the run. */
  proofCalls: number;
  /** Whether the proof says better. */
  isProven: boolean;
}

/** Runs a search on a landscape and continues the proof of the prompt that it returns, as `drpo prove` does, until it is settled. */
export async function findProvenGain(world: SearchWorld, landscape: Landscape, seed: number): Promise<ProvenGain> {
  const { nodes, trueQuality } = world.createWorld(landscape, seed);
  const calls: RoleCalls = { base: 0, reward: 0, judge: 0, optimizer: 0 };
  const counting = countCalls(nodes, calls);
  const { bestPrompt, final } = await world
    .search(counting)
    .invoke({ queries: Array.from({ length: 180 }, (_, i) => `query ${i}`) });
  const ofRun = sumRoles(calls);
  const gain = trueQuality(bestPrompt) - trueQuality('0');
  if (bestPrompt === '0') return { gain, calls, proofCalls: 0, isProven: false };
  const asked = final?.proof ?? [];
  const { proof } = DEFAULT_FINAL;
  const fresh: number[] = [];
  for (const query of asked) fresh.push(await compareOn(nodes, query, bestPrompt));
  while (fresh.length < proof.maxQueries && classify(fresh) === 'not-settled')
    fresh.push(await compareOn(counting, `proof ${fresh.length}`, bestPrompt));
  return { gain, calls, proofCalls: sumRoles(calls) - ofRun, isProven: classify(fresh) === 'better' };
}

const classify = (fresh: readonly number[]) =>
  classifyProof(computeProofInterval({ fresh: [...fresh] }, DEFAULT_FINAL.proof), DEFAULT_FINAL.proof.margin);

const sumRoles = (calls: RoleCalls): number => ROLES.reduce((sum, role) => sum + calls[role], 0);

/** The difference in reward of a prompt and the first one on a fresh query. */
async function compareOn(nodes: WorldNodes, query: string, prompt: string): Promise<number> {
  const { rewards, reasoning } = await nodes.selectRewards({ query, stage: 'prompt' });
  const ask = async (asked: string): Promise<number> => {
    const { response } = await nodes.respond({ prompt: asked, query, examples: [] });
    const { evaluation } = await nodes.judge({ query, response, rewards, reasoning, stage: 'prompt' });
    return computeReward(evaluation) ?? NaN;
  };
  return (await ask(prompt)) - (await ask('0'));
}

const countCalls = (nodes: Nodes, calls: RoleCalls): Nodes => ({
  ...nodes,
  respond: (...reads) => (calls.base++, nodes.respond(...reads)),
  selectRewards: (...reads) => (calls.reward++, nodes.selectRewards(...reads)),
  judge: (...reads) => (calls.judge++, nodes.judge(...reads)),
  rewriteSystemPrompt: (...reads) => (calls.optimizer++, nodes.rewriteSystemPrompt(...reads)),
});

/** What runs took together, for each run that proves a gain that is true. */
export interface ProvenGainSummary {
  gain: number;
  /** Standard error of the gain. */
  error: number;
  /** Calls of a run without those by which its proof went on, and those. */
  calls: number;
  proofCalls: number;
  /** Share of runs, 0 to 1, that prove a gain, and of those that prove one that is not true. */
  proven: number;
  falselyProven: number;
  /** Calls of all runs for each true gain that was proven, in all and by role. Null: none was. */
  callsToGain: number | null;
  byRole: Partial<RoleCalls>;
}

/** Sums up runs with their proofs. */
export function sumProvenGains(runs: readonly ProvenGain[]): ProvenGainSummary {
  const gain = computeMean(runs.map((r) => r.gain)) ?? 0;
  const spread = runs.reduce((sum, r) => sum + (r.gain - gain) ** 2, 0) / Math.max(1, runs.length - 1);
  const proven = runs.filter((r) => r.isProven && r.gain > 0).length;
  const proofCalls = computeMean(runs.map((r) => r.proofCalls)) ?? 0;
  const total = computeMean(runs.map((r) => sumRoles(r.calls))) ?? 0;
  const toGain = (count: (calls: RoleCalls) => number): number =>
    runs.reduce((sum, r) => sum + count(r.calls), 0) / proven;
  return {
    gain,
    error: Math.sqrt(spread / runs.length),
    calls: total - proofCalls,
    proofCalls,
    proven: runs.filter((r) => r.isProven).length / runs.length,
    falselyProven: runs.filter((r) => r.isProven && r.gain <= 0).length / runs.length,
    callsToGain: proven ? toGain(sumRoles) : null,
    byRole: proven ? Object.fromEntries(ROLES.map((role) => [role, toGain((calls) => calls[role])])) : {},
  };
}
