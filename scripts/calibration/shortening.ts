// node scripts/calibration/shortening.ts [runs]: how often shortening keeps a prompt that is worse by more than the margin of 0.2,
// and how much of the filler it leaves out. A prompt has eight sections, of which every second one is filler. Without one of
// the others the answers are worse by 0.3 points on average: on every query, or by 1.5 on every fifth. No model is asked.
import { renderTextTable } from '../../evals/justEval/table.ts';
import { MIN_COMPARED_QUERIES } from '../../graphs/final/compareShortened.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { createMersenneTwister } from '../../statistics/random.ts';

const [runs = 200] = process.argv.slice(2).map(Number);
const [SECTIONS, MARGIN, LOSS] = [8, 0.2, 0.3];
const draw = createMersenneTwister(20);
const unit = (): number => (draw() + 0.5) / 2 ** 32;
const gauss = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());

/** What the answer of one prompt to one query varies by, in points. */
const NOISE: Record<string, () => number> = {
  none: () => 0,
  'sd 0.7 in 30 % of answers': () => (unit() < 0.7 ? 0 : 0.7 * gauss()),
  'sd 0.3': () => 0.3 * gauss(),
  'sd 0.7': () => 0.7 * gauss(),
};
const LOSSES: Record<string, () => number> = {
  'on every query': () => -LOSS,
  'on every fifth': () => (unit() < 0.2 ? -5 * LOSS : 0),
};
const isFiller = (section: number): boolean => section % 2 === 0;

/** Cuts one section after the other, as graphs/final/shortenPrompt.ts does. Returns the sections that are out. */
function shortenOnce(queries: number, noise: () => number, loss: () => number): number[] {
  const indices = Array.from({ length: queries }, (_, i) => i);
  const effects = Array.from({ length: SECTIONS }, (_, s) => indices.map(() => (isFiller(s) ? 0 : loss())));
  const whole = indices.map(noise);
  let out: number[] = [];
  for (let section = 0; section < SECTIONS; section++) {
    const next = [...out, section];
    const losses = whole.map((reward, q) => {
      const effect = next.reduce((sum, s) => sum + (effects[s]?.[q] ?? 0), 0);
      return Math.round(5 * (effect + noise() - reward)) / 5;
    });
    if ((computePairedInterval(losses)?.low ?? -Infinity) > -MARGIN) out = next;
  }
  return out;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const rows = Object.entries(NOISE).flatMap(([noiseName, noise]) =>
  Object.entries(LOSSES).map(([lossName, loss]) => [
    noiseName,
    lossName,
    ...[MIN_COMPARED_QUERIES, 20, 40].flatMap((queries) => {
      const found = Array.from({ length: runs }, () => shortenOnce(queries, noise, loss));
      const worse = found.filter((out) => LOSS * out.filter((s) => !isFiller(s)).length > MARGIN).length;
      const filler = found.reduce((sum, out) => sum + out.filter(isFiller).length, 0);
      return [percent(worse / runs), percent(filler / runs / (SECTIONS / 2))];
    }),
  ]),
);
const heads = [MIN_COMPARED_QUERIES, 20, 40].flatMap((n) => [`${n} queries: worse`, 'filler out']);
console.log(renderTextTable([['noise', 'loss', ...heads], ...rows]));
