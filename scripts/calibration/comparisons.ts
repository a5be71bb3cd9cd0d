// node scripts/calibration/comparisons.ts [pairs]: how `compare` does on simulated rewards of 40 held-out queries, through the code
// that the command uses (buildComparisons). Rewards of a query differ by its difficulty, and differences have a standard deviation
// of 0.7 points. It prints the share of equal prompts with any claim (better or worse), for two prompts and for three that are
// compared at once, and the share of prompts with a true loss of 0.5 points that are found worse. No model is asked.
import { buildComparisons } from '../../evals/compare/comparisonOutcome.ts';
import { renderTextTable } from '../../evals/justEval/table.ts';
import { ModelsConfig } from '../../models/index.ts';
import { DEFAULT_FINAL } from '../../graphs/finalOptions.ts';
import { describeModel } from '../../run/describeModel.ts';
import type { VerdictOutcome } from '../../state/verdict.ts';
import { createMersenneTwister } from '../../statistics/random.ts';

const [pairs = 400] = process.argv.slice(2).map(Number);
const HELD_OUT = 40;
const DEVIATION = 0.7;
const draw = createMersenneTwister(19);
const unit = (): number => (draw() + 0.5) / 2 ** 32;
const gauss = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
const base = describeModel(ModelsConfig.parse({ optimizer: 'simulated' }).base);

/** Compares prompts whose true means differ from the first one's by `shifts` points. */
function compareOnce(shifts: readonly number[], round: (points: number) => number): VerdictOutcome[] {
  const answers = Array.from({ length: HELD_OUT }, (_, i) => {
    const first = 3 + 0.6 * gauss();
    const rewards = [first, ...shifts.map((shift) => round(first + shift + DEVIATION * gauss()))];
    return { query: String(i), answers: rewards.map((reward) => ({ response: '', evaluation: {}, reward })) };
  });
  const { comparisons } = buildComparisons({
    prompts: [0, ...shifts].map((_, i) => ({ name: String(i), prompt: '', base })),
    unchanged: [0, ...shifts].map(() => false),
    answers,
    proof: DEFAULT_FINAL.proof,
    judge: null,
    failIfWorse: null,
    isStopped: false,
  });
  return comparisons.flatMap(({ verdict }) => verdict?.outcome ?? []);
}

const isClaim = (outcome: VerdictOutcome): boolean => outcome === 'better' || outcome === 'worse';
const measureShare = (
  shifts: readonly number[],
  round: (points: number) => number,
  counts: (o: VerdictOutcome) => boolean,
): string => {
  const hits = Array.from({ length: pairs }, () => compareOnce(shifts, round)).filter((outcomes) =>
    outcomes.some(counts),
  );
  return `${((100 * hits.length) / pairs).toFixed(1)} %`;
};

const ROUNDINGS = { exact: (x: number) => x, 'fifths of a point': (x: number) => Math.round(5 * x) / 5 };
console.log(
  renderTextTable([
    ['rewards', 'claims on equal prompts', 'on two equal to the first', '−0.5 found worse', '−0.5 among two'],
    ...Object.entries(ROUNDINGS).map(([name, round]) => [
      name,
      measureShare([0], round, isClaim),
      measureShare([0, 0], round, isClaim),
      measureShare([-0.5], round, (outcome) => outcome === 'worse'),
      measureShare([-0.5, 0], round, (outcome) => outcome === 'worse'),
    ]),
  ]),
);
