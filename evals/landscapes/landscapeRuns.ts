import type { DrpoOptions } from '../../graphs/index.ts';
import { beam, DEFAULT_FINAL } from '../../graphs/index.ts';
import { classifyProof } from '../../graphs/final/createVerdict.ts';
import { makeJudgePanel, type Judge } from '../../nodes/index.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { createLandscapeWorld, type Landscape } from './landscapes.ts';

/** One search on a landscape, with the truth about the prompt it returned. */
export interface LandscapeRun {
  /** True quality of the returned prompt minus that of the first, in points. */
  gain: number;
  /** Judgements. */
  evaluations: number;
  /** Requests for rewrites, each of which needs remarks. */
  rewrites: number;
  /** Whether the final's interval holds the challenger's true difference. Null: there was no interval. */
  holds: boolean | null;
  /** Whether the final's proof is settled. */
  settled: boolean;
  /** Whether it calls the returned prompt better although it is not. */
  falselyBetter: boolean;
}

/** The outcome of several searches on a landscape. */
export interface LandscapeSummary {
  landscape: string;
  runs: number;
  gain: number;
  /** Standard error of the gain. */
  error: number;
  /** Share of runs, 0 to 1, that returned a prompt worse than the first. */
  worse: number;
  evaluations: number;
  /** Share of intervals that hold the truth, and their number. */
  coverage: number | null;
  /** Share of runs, 0 to 1, whose proof is settled, and of those that falsely say better. */
  settled: number;
  falselyBetter: number;
  intervals: number;
}

/** Runs a search on a landscape. The judge is asked `samples` times, and the median counts. */
export async function searchLandscape(
  landscape: Landscape,
  options: DrpoOptions,
  seed: number,
  samples = 1,
): Promise<LandscapeRun> {
  const { nodes, trueQuality } = createLandscapeWorld(landscape, seed);
  let [evaluations, rewrites] = [0, 0];
  const judges = Array.from({ length: samples }, (_, i): Judge => {
    const sample = makeSampleJudge(nodes.judge, i);
    return async (reads, config) => (evaluations++, sample(reads, config));
  });
  const { strategy = beam, ...search } = options;
  const rewriteSystemPrompt: typeof nodes.rewriteSystemPrompt = (...asked) => (
    (rewrites += 1),
    nodes.rewriteSystemPrompt(...asked)
  );
  const graph = strategy(
    { ...nodes, rewriteSystemPrompt, judge: makeJudgePanel(judges) },
    { ...search, initialPrompt: '0' },
  );
  const { bestPrompt, final } = await graph.invoke({ queries: Array.from({ length: 180 }, (_, i) => `query ${i}`) });
  const truth = (prompt: string): number => trueQuality(prompt) - trueQuality('0');
  const challenger = final?.candidates.find((c) => c.id === final.challenger);
  const [interval, difference] = [final?.challengerDifference, challenger && truth(challenger.prompt)];
  const holds = interval && difference !== undefined ? interval.low <= difference && difference <= interval.high : null;
  const outcome = classifyProof(interval ?? null, DEFAULT_FINAL.proof.margin);
  const falselyBetter = outcome === 'better' && (difference ?? 0) <= 0;
  return { gain: truth(bestPrompt), evaluations, rewrites, holds, settled: outcome !== 'not-settled', falselyBetter };
}

/** Makes a judge that draws other noise. A landscape draws noise by the aspect's name, so another name is another draw. */
export const makeSampleJudge =
  (judge: Judge, sample: number): Judge =>
  async ({ rewards, ...reads }, config) => {
    if (sample === 0) return judge({ ...reads, rewards }, config);
    const sampledRewards = rewards.map(({ name, scoring }) => ({ name: `${name} #${sample}`, scoring }));
    const { evaluation } = await judge({ ...reads, rewards: sampledRewards }, config);
    return { evaluation: Object.fromEntries(Object.entries(evaluation).map(([a, s]) => [a.replace(/ #\d+$/, ''), s])) };
  };

/** Sums up the runs on a landscape. */
export function summarizeLandscapeRuns(landscape: string, runs: readonly LandscapeRun[]): LandscapeSummary {
  const gains = runs.map((r) => r.gain);
  const gain = computeMean(gains) ?? 0;
  const held = runs.flatMap((r) => r.holds ?? []);
  return {
    landscape,
    runs: runs.length,
    gain,
    error: Math.sqrt(gains.reduce((sum, g) => sum + (g - gain) ** 2, 0) / Math.max(1, runs.length - 1) / runs.length),
    worse: gains.filter((g) => g < -1e-9).length / runs.length,
    evaluations: computeMean(runs.map((r) => r.evaluations)) ?? 0,
    settled: runs.filter((r) => r.settled).length / runs.length,
    falselyBetter: runs.filter((r) => r.falselyBetter).length / runs.length,
    coverage: held.length ? held.filter(Boolean).length / held.length : null,
    intervals: held.length,
  };
}
