import type { Hypothesis } from './hypothesis.ts';
import type { Evaluation } from './judgement.ts';

/** Nodes with the remarks that came after their judgement, which the journal keeps with their first child. */
export function mergeRemarks<Node extends Pick<Hypothesis, 'id' | 'parent' | 'evaluation' | 'parentRemarks'>>(
  nodes: readonly Node[],
): Node[] {
  const remarks = new Map(
    nodes.flatMap(({ parent, parentRemarks }) => (parentRemarks ? [[parent, parentRemarks]] : [])),
  );
  return nodes.map(({ parentRemarks: _, ...node }) => {
    const own = remarks.get(node.id);
    return { ...node, ...(own && { evaluation: fillRemarks(node.evaluation, own) }) } as Node;
  });
}

const fillRemarks = (evaluation: Evaluation, remarks: Readonly<Record<string, string>>): Evaluation =>
  Object.fromEntries(
    Object.entries(evaluation).map(([aspect, score]) => [
      aspect,
      { ...score, rationale: score.rationale || (remarks[aspect] ?? '') },
    ]),
  );
