import { computeMean } from '../../statistics/computeMean.ts';
import { computeClusteredMean, listGroups, type Figure } from './clusterFigures.ts';
import { computeCorrectedMean } from './correctedMean.ts';
import { findJudgeFaults, type JudgeFault } from './judgeFaults.ts';
import { hasPoints, type LabelPair, type PointsPair } from './labelledResponse.ts';
import { measureCorrelation, measureDeviation, measureLengthSlope } from './lengthSlope.ts';
import { computeAgreement, computeWeightedKappa, type RatedItem } from './weightedKappa.ts';

/** How a judge's points on one criterion, or on all, agree with labels. A figure that cannot be measured is null. */
export interface AgreementFigures {
  /** Labels with points that the judge's points are held against. */
  labels: number;
  /** The share of scores that equal the label (less than half a point from it), and that are at most one point from it, 0 to 1. */
  agreement: number | null;
  withinOne: number | null;
  /** Cohen's kappa with quadratic weights. */
  kappa: Figure | null;
  /** The judge's points minus the label's, on average. */
  bias: Figure | null;
  /** Mean points: of the labels, of the judge on all responses, and of the judge without its bias. */
  labelMean: number | null;
  judgeMean: number | null;
  correctedMean: Figure | null;
}

/** How a judge stands against labels. */
export interface JudgeMeasures extends AgreementFigures {
  byCriterion: Record<string, AgreementFigures>;
  /** Points more for each doubling of a response's characters, among responses with equal labels. */
  lengthSlope: Figure | null;
  /** Correlation with the labels within a criterion, without the effect of length. */
  correlation: Figure | null;
  /** Standard deviation of the judge's points around what labels and length let expect. */
  deviation: Figure | null;
  /** How several labels of the same response and criterion agree with each other; null without such labels. */
  amongLabels: { labels: number; agreement: number | null; kappa: Figure | null } | null;
  faults: JudgeFault[];
}

/** Measures a judge on pairs of its points with labels. */
export function measureJudge(pairs: readonly LabelPair[]): JudgeMeasures {
  const labelled = pairs.filter(hasPoints);
  const whole = measureAgreement(pairs);
  const lengthSlope = measureLengthSlope(labelled);
  const correlation = measureCorrelation(labelled, lengthSlope?.mean ?? 0);
  const deviation = measureDeviation(labelled, lengthSlope?.mean ?? 0);
  const scores = labelled.map(({ score }) => score);
  return {
    ...whole,
    byCriterion: Object.fromEntries(
      listGroups(pairs, ({ criterion }) => criterion).map((own) => [
        own[0]?.criterion ?? '',
        own.length === pairs.length ? whole : measureAgreement(own),
      ]),
    ),
    lengthSlope,
    correlation,
    deviation,
    amongLabels: measureLabels(labelled),
    faults: findJudgeFaults({ bias: whole.bias, lengthSlope, correlation, deviation, scores }),
  };
}

/** A score over odds is no whole number, so it equals the label that is nearest to it. */
const NEARLY_HALF_A_POINT = 0.499;

function measureAgreement(pairs: readonly LabelPair[]): AgreementFigures {
  const labelled = pairs.filter(hasPoints);
  const differences = listGroups(labelled, ({ query }) => query).map((own) =>
    own.map(({ score, points }) => score - points),
  );
  return {
    labels: labelled.length,
    agreement: computeAgreement(labelled, NEARLY_HALF_A_POINT),
    withinOne: computeAgreement(labelled, 1),
    kappa: computeWeightedKappa(labelled),
    bias: computeClusteredMean(differences, [-4, 4]),
    labelMean: computeMean(labelled.map(({ points }) => points)),
    judgeMean: computeMean(pairs.map(({ score }) => score)),
    correctedMean: computeCorrectedMean(pairs),
  };
}

/** Holds the labels of the same response and criterion against each other, each two of them once in both orders. */
function measureLabels(labelled: readonly PointsPair[]): JudgeMeasures['amongLabels'] {
  const twos = listGroups(labelled, ({ response, criterion }) => JSON.stringify([response, criterion])).flatMap((own) =>
    own.flatMap(({ query, points }, i) =>
      own.flatMap(({ points: score }, j): RatedItem[] => (i === j ? [] : [{ query, points, score }])),
    ),
  );
  if (twos.length === 0) return null;
  return { labels: twos.length / 2, agreement: computeAgreement(twos), kappa: computeWeightedKappa(twos) };
}
