import { groupItems } from '../../run/countUsual.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';

/** A figure with its 95 % interval; the ends are null if there are too few queries for one, or if nothing differed. */
export interface Figure {
  mean: number;
  low: number | null;
  high: number | null;
}

/** The least and the most that a figure can be. */
type Scale = readonly [least: number, most: number];
const ENDLESS: Scale = [-Infinity, Infinity];

/** A narrower interval is none: nothing differed, so nothing is known of how much it could. */
const MIN_WIDTH = 1e-9;

/** Fewer queries give no interval of kappa or a correlation: it would be too narrow. */
export const MIN_QUERIES = 10;

/** The items of each key, in the order in which the keys first appear. */
export const listGroups = <T>(items: readonly T[], toKey: (item: T) => string): T[][] => [
  ...groupItems(items, toKey).values(),
];

/**
 * A figure from what each query adds to it: `influences[query]` is by how much the figure would rise if the query counted twice,
 * times the number of queries. These sum to zero. The interval ends where the figure's scale does.
 */
export function toFigure(mean: number, influences: readonly number[], [least, most]: Scale = ENDLESS): Figure {
  const interval = computePairedInterval(influences.map((influence) => mean + influence));
  if (!interval || interval.high - interval.low < MIN_WIDTH) return { mean, low: null, high: null };
  return { mean, low: Math.max(least, interval.low), high: Math.min(most, interval.high) };
}

/** The mean of all values, which belong to queries (`values[query]`); null of none. */
export function computeClusteredMean(values: readonly (readonly number[])[], scale: Scale): Figure | null {
  const all = values.flat();
  const mean = computeMean(all);
  if (mean === null) return null;
  const weight = values.length / all.length;
  return toFigure(
    mean,
    values.map((own) => weight * own.reduce((sum, value) => sum + value - mean, 0)),
    scale,
  );
}

/** A scale on which a figure is less skewed, and the way back. */
export interface FigureScale {
  to: (figure: number) => number;
  back: (value: number) => number;
}

/** Fisher's scale of z, for figures from −1 to 1. */
const FISHER_SCALE: FigureScale = { to: Math.atanh, back: Math.tanh };
/** For figures above 0. */
export const LOG_SCALE: FigureScale = { to: Math.log, back: Math.exp };

/**
 * A figure that is a function of sums: `sums[query]` are what each query adds to them. Null if it has no value.
 * Its interval is a bootstrap of the queries' influences (jackknife), on a scale where such figures are less skewed.
 */
export function computeSumFigure(
  sums: readonly (readonly number[])[],
  statistic: (totals: readonly number[]) => number,
  scale: FigureScale = FISHER_SCALE,
): Figure | null {
  const totals = (sums[0] ?? []).map((_, i) => sums.reduce((sum, own) => sum + (own[i] ?? 0), 0));
  const mean = sums.length === 0 ? NaN : statistic(totals);
  if (Number.isNaN(mean)) return null;
  const center = scale.to(mean);
  if (!Number.isFinite(center)) return { mean, low: mean, high: mean };
  if (sums.length < MIN_QUERIES) return { mean, low: null, high: null };
  const left = sums.map((own) => statistic(totals.map((total, i) => total - (own[i] ?? 0))));
  const influences = left.map((value) => (sums.length - 1) * (center - scale.to(value)));
  const { low, high } = toFigure(center, influences);
  return { mean, low: low === null ? null : scale.back(low), high: high === null ? null : scale.back(high) };
}
