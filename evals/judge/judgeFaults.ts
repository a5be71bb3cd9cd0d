import { MIN_QUERIES, type Figure } from './clusterFigures.ts';

/** What is wrong with a judge, as far as labels show it. */
export interface JudgeFault {
  code: 'harsh' | 'lenient' | 'prefers-long' | 'prefers-short' | 'noisy' | 'constant';
  text: string;
}

/** What faults are found by. */
export interface FaultEvidence extends Record<'bias' | 'lengthSlope' | 'correlation' | 'deviation', Figure | null> {
  /** The judge's points. */
  scores: readonly number[];
}

/** A bias or a slope is a fault if all of its 99 % interval is further from zero: points, or points for each doubling of length. */
const MAX_HARMLESS_POINTS = 0.1;
/** Below this correlation, a judge shares less than half of its variance with the labels. */
const MIN_CORRELATION = 0.7;
/**
 * Above this deviation around what labels let expect, a judge is noisy whatever the range of its points. A fair judge of our
 * simulations has 0.65. This takes fewer labels to see than a loose correlation.
 */
const MAX_DEVIATION = 0.85;

/** Finds the faults that the figures show. None found means that these labels show none. */
export function findJudgeFaults({ bias, lengthSlope, correlation, deviation, scores }: FaultEvidence): JudgeFault[] {
  if (scores.length >= MIN_QUERIES && new Set(scores).size === 1)
    return [{ code: 'constant', text: `Constant: it gives ${scores[0]} points to every response.` }];
  const faults: JudgeFault[] = [];
  const addFault = (code: JudgeFault['code'], text: string): void => void faults.push({ code, text });
  const isLoose = correlation?.high != null && correlation.high < MIN_CORRELATION;
  if (isLoose || (deviation?.low != null && deviation.low > MAX_DEVIATION))
    addFault('noisy', `Noisy: ${describeNoise(correlation, deviation)}.`);
  if (isBelow(bias)) addFault('harsh', `Harsh: it gives ${formatSize(bias)} points less than the labels.`);
  if (isAbove(bias)) addFault('lenient', `Lenient: it gives ${formatSize(bias)} points more than the labels.`);
  const among = 'among responses with equal labels, each doubling of length brings';
  if (isAbove(lengthSlope)) addFault('prefers-long', `Length: ${among} ${formatSize(lengthSlope)} points more.`);
  if (isBelow(lengthSlope)) addFault('prefers-short', `Length: ${among} ${formatSize(lengthSlope)} points less.`);
  return faults;
}

const describeNoise = (correlation: Figure | null, deviation: Figure | null): string =>
  `its points follow the labels loosely (correlation ${correlation?.mean.toFixed(2) ?? '–'}, deviation ${deviation?.mean.toFixed(2) ?? '–'} points)`;

const isBelow = (figure: Figure | null): figure is Figure =>
  figure?.high != null && widenEnd(figure.mean, figure.high) < -MAX_HARMLESS_POINTS;
const isAbove = (figure: Figure | null): figure is Figure =>
  figure?.low != null && widenEnd(figure.mean, figure.low) > MAX_HARMLESS_POINTS;

/** The end of a 99 % interval, from that of the 95 % one. */
const widenEnd = (mean: number, end: number): number => mean + (end - mean) * (2.576 / 1.96);

const formatSize = ({ mean }: Figure): string => Math.abs(mean).toFixed(2);
