import type { Hypothesis } from './hypothesis.ts';
import type { Evaluation } from './judgement.ts';

/** Nodes with the remarks that came after their judgement, which the journal keeps with their first child. */
export function mergeRemarks(nodes: readonly Hypothesis[]): Hypothesis[] {
  const remarks = new Map(
    nodes.flatMap(({ parent, parentRemarks }) => (parentRemarks ? [[parent, parentRemarks]] : [])),
  );
  return nodes.map((node) => {
    const { parentRemarks: _, ...rest } = node;
    const own = remarks.get(node.id);
    return own ? { ...rest, evaluation: fillRemarks(node.evaluation, own) } : rest;
  });
}

const fillRemarks = (evaluation: Evaluation, remarks: Readonly<Record<string, string>>): Evaluation =>
  Object.fromEntries(
    Object.entries(evaluation).map(([aspect, score]) => [
      aspect,
      { ...score, rationale: score.rationale || (remarks[aspect] ?? '') },
    ]),
  );
