import type { VerdictReason } from '../../state/verdict.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import type { ProbeObservations } from './askProbe.ts';
import { computeRoom, estimateGain, predictGain, type ProbeWorld } from './estimateGain.ts';

/** Points from which on an expected gain is worth a search: half of the margin below which a difference does not matter. */
export const WORTHWHILE_GAIN = 0.1;

/** What a probe says of a search. */
export interface ProbeFindings {
  /** Whether a search is expected to gain `WORTHWHILE_GAIN` points or more. */
  helps: boolean;
  /** The gain in points of 5, with the range that holds nine of ten runs. */
  gain: { mean: number; low: number; high: number };
  /** Why a search will not help. Empty if it does. */
  reasons: VerdictReason[];
  /** Mean reward of the first prompt in points. Null: none was judged. */
  firstReward: number | null;
  /** Estimated standard deviations of a reward in points: between prompts, between answers, and of the judge. */
  spread: { prompts: number; answers: number; judge: number };
  /** Answers that were judged and those with full marks; rewrites that were asked for and those that can be used. */
  answers: { judged: number; perfect: number };
  rewrites: { asked: number; usable: number; rejected: Record<string, number> };
}

/** Draws the findings from what a probe saw. */
export function describeProbe(seen: ProbeObservations): ProbeFindings {
  const { mean, low, high, world } = estimateGain(seen);
  const helps = mean >= WORTHWHILE_GAIN;
  const rejections = Object.values(seen.rejected).reduce((sum, count) => sum + count, 0);
  const findings = {
    helps,
    gain: { mean, low, high },
    firstReward: computeMean((seen.rewards[0] ?? []).flatMap((reward) => reward ?? [])),
    spread: { prompts: computeRoom(world.fullMarks) * world.prompts, answers: world.answers, judge: world.judge },
    answers: { judged: seen.judged, perfect: seen.perfect },
    rewrites: { asked: seen.asked, usable: seen.asked - rejections, rejected: seen.rejected },
  };
  return { ...findings, reasons: helps ? [] : listReasons(world, findings) };
}

/** What a world without one of the obstacles has instead, by the code of the reason. */
const SOUND: Record<string, Partial<ProbeWorld>> = {
  'judge-noisy': { judge: 0.1 },
  'queries-easy': { fullMarks: 0.15 },
  'optimizer-small': { usable: 1 },
  'prompts-alike': { prompts: 0.25, change: 0.2 },
};
/** The share of the largest remedy's gain from which on another obstacle is named too, 0 to 1. */
const ALSO_NAMED = 0.6;

/** Lists the obstacles whose removal would help most. */
function listReasons(world: ProbeWorld, findings: Omit<ProbeFindings, 'reasons'>): VerdictReason[] {
  const remedies = Object.entries(SOUND)
    .map(([code, sound]) => ({ code, gain: predictGain({ ...world, ...sound }) }))
    .toSorted((a, b) => b.gain - a.gain);
  const most = remedies[0]?.gain ?? 0;
  return remedies
    .filter(({ gain }) => gain >= ALSO_NAMED * most)
    .map(({ code }) => ({ code, text: describeReason(code, findings) }));
}

function describeReason(code: string, { spread, answers, rewrites }: Omit<ProbeFindings, 'reasons'>): string {
  if (code === 'judge-noisy')
    return `The judge is noisy: a reward of the same response varies by about ${spread.judge.toFixed(1)} points. Set judge.samples, or use a stronger judge.`;
  if (code === 'queries-easy')
    return `The queries are easy: ${answers.perfect} of ${answers.judged} answers have full marks. Use harder queries, or a stricter judge.`;
  if (code === 'optimizer-small')
    return `The optimizer wrote ${rewrites.usable} usable rewrites of ${rewrites.asked}. Use a stronger one (--optimizer MODEL), or loosen search.guards.`;
  return `The prompts are alike: their rewards vary by about ${spread.prompts.toFixed(2)} points. Use a stronger optimizer, or describe your task in \`task\`.`;
}
