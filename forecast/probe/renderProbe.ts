import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { toPrintable } from '../../run/progress.ts';
import { sumProbeCalls, type Probe } from './probeRun.ts';

/** A probe as people read it. */
export function renderProbe(probe: Probe): string {
  const { helps, gain, reasons, firstReward, spread, answers, rewrites, calls, folder } = probe;
  const parts = LANGUAGE_ROLES.filter((role) => calls[role] > 0).map((role) => `${role} ${calls[role]}`);
  const range = `${gain.mean.toFixed(2)} points of 5 (${gain.low.toFixed(2)} to ${gain.high.toFixed(2)} in nine of ten runs)`;
  const rejected = Object.entries(rewrites.rejected).map(([reason, count]) => `${reason} ${count}`);
  return toPrintable(
    [
      helps ? `Expected gain: ${range}.` : `This will not help: the expected gain is ${range}.`,
      ...reasons.map(({ text }) => `Why: ${text}`),
      `First prompt: ${firstReward === null ? 'not judged' : `${firstReward.toFixed(2)} of 5`}. Full marks: ${answers.perfect} of ${answers.judged} answers. Usable rewrites: ${rewrites.usable} of ${rewrites.asked}${rejected.length > 0 ? ` (rejected: ${rejected.join(', ')})` : ''}.`,
      `A reward varies by about ${spread.prompts.toFixed(2)} points between prompts, ${spread.answers.toFixed(2)} between answers and ${spread.judge.toFixed(2)} between two judgements of one answer.`,
      `The probe took ${sumProbeCalls(probe)} calls (${parts.join(', ')}). \`optimize\` uses its answers again: ${folder}`,
    ].join('\n'),
  );
}
