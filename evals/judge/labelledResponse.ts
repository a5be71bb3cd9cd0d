import type { QueryDetails } from '../../state/example.ts';
import type { Evaluation } from '../../state/judgement.ts';

/** What people, or a stronger judge, gave a response on one criterion: 1 to 5 points. Null asks for the judge's points alone. */
export interface Label {
  criterion: string;
  points: number | null;
}

/** A response to one query with its labels; several people may have labelled the same criterion. */
export interface LabelledResponse extends Pick<QueryDetails, 'expected' | 'context'> {
  query: string;
  response: string;
  labels: Label[];
}

/** A labelled response with what the judge said of it. `missing` says why there is no evaluation, which is then `{}`. */
export interface JudgedResponse extends LabelledResponse {
  evaluation: Evaluation;
  missing?: string;
}

/** One label with the judge's points for the same response and criterion. */
export interface LabelPair extends Label {
  query: string;
  /** Tells the responses apart. */
  response: number;
  /** The judge's points, 1 to 5. */
  score: number;
  /** Characters of the response, 1 or more. */
  length: number;
}

/** A pair whose label has points. */
export type PointsPair = LabelPair & { points: number };

/** Pairs each label with the judge's points; a label without them is left out. */
export const toLabelPairs = (judged: readonly JudgedResponse[]): LabelPair[] =>
  judged.flatMap(({ query, response, labels, evaluation }, index) =>
    labels.flatMap((label) => {
      const score = Object.hasOwn(evaluation, label.criterion) ? evaluation[label.criterion]?.score : undefined;
      const length = Math.max(1, response.trim().length);
      return score === undefined ? [] : [{ ...label, query, response: index, score, length }];
    }),
  );

/** Whether a label has points. */
export const hasPoints = (pair: LabelPair): pair is PointsPair => pair.points !== null;
