import { z } from 'zod';
import {
  PublishedEvaluation,
  UNREADABLE_JUDGEMENT_NOTE,
  type PublishedNode,
  type PublishedTree,
} from '../../report/publishedTree.ts';
import {
  applyJudgement,
  makeRootDraft,
  toHypothesis,
  type Candidate,
  type Hypothesis,
} from '../../state/hypothesis.ts';
import { UserError } from '../config/userError.ts';

/** What the reference writes (`output.json`): prompt and evaluation of each state of the best path, without query and response. */
export const OutputFile = z
  .record(
    z.string().regex(/^level \d+$/),
    z.object({ Prompt: z.string(), 'Evaluation of the prompt': PublishedEvaluation.catch({}) }),
  )
  .refine((levels) => Object.keys(levels).length > 0, 'expected at least one level');

/** A search as a run's folder holds it. */
export interface ImportedSearch {
  nodes: Hypothesis[];
  best: Hypothesis;
  /** Ids of the last beam. */
  beam: string[];
  /** The base model; null if the file does not name it. */
  model: string | null;
  queries: string[];
}

/** Published trees were searched with a beam of two; a failed judgement counts 0 in them. */
const BEAM_WIDTH = 2;
const FAILED_SCORE = { missingJudgementScore: 0 } as const;

/** Turns a published tree into a journal: ids by position in the tree, values as drpo computes them. @throws UserError if it contradicts itself */
export function importTree({ model, queries, nodes, ...tree }: PublishedTree): ImportedSearch {
  const candidates = new Map<number, Candidate>();
  for (const level of groupByDepth(nodes)) {
    const rank = new Map(rankByValue([...candidates.entries()], ([, node]) => node.value).map(([id], i) => [id, i]));
    const parentRank = ({ parent }: PublishedNode): number => rank.get(parent ?? -1) ?? 0;
    const ordered = level.toSorted((a, b) => parentRank(a) - parentRank(b) || a.id - b.id);
    for (const [i, node] of ordered.entries()) candidates.set(node.id, makeCandidate(node, i, candidates));
  }
  const all = [...candidates.values()];
  const last = rankByValue(
    all.filter((n) => n.depth === all.at(-1)?.depth),
    (n) => n.value,
  );
  const best = last.find((n) => listPathPrompts(n, all).every((p, i) => p === tree.best_path_prompts[i]));
  if (best?.value !== tree.cumulative_reward)
    throw new UserError(
      `tree.json: expected a path of the prompts in best_path_prompts worth ${tree.cumulative_reward}, got ${best?.value ?? 'none'}`,
    );
  return { nodes: all.map(toHypothesis), best, beam: last.slice(0, BEAM_WIDTH).map((n) => n.id), model, queries };
}

function makeCandidate(
  node: Omit<PublishedNode, 'reward'>,
  index: number,
  candidates: ReadonlyMap<number, Candidate>,
): Candidate {
  const { prompt, query, output, evaluation } = node;
  const parent = node.parent === null ? undefined : candidates.get(node.parent);
  if (!parent && node.parent !== null)
    throw new UserError(`tree.json, node ${node.id}: expected its parent a level above, got ${node.parent}`);
  const siblings = [...candidates.values()].filter((n) => n.parent === parent?.id).length;
  const root = makeRootDraft(prompt, query);
  const { id, lineage, depth } = parent ?? { ...root, id: '', depth: -1 };
  const draft = parent
    ? { id: `${id}.${siblings}`, parent: id, depth: depth + 1, index, prompt, query, lineage }
    : root;
  const missing = Object.keys(evaluation).length ? {} : { missing: UNREADABLE_JUDGEMENT_NOTE };
  return applyJudgement(
    draft,
    { response: output, aspects: Object.keys(evaluation), evaluation, ...missing },
    FAILED_SCORE,
  );
}

/** Turns the best path of `output.json` into a chain of nodes without queries and responses. @throws UserError if it is empty */
export function importOutput(levels: z.infer<typeof OutputFile>): ImportedSearch {
  const steps = Object.entries(levels).toSorted(([a], [b]) => Number(a.slice(6)) - Number(b.slice(6)));
  const candidates = new Map<number, Candidate>();
  for (const [i, [, step]] of steps.entries()) {
    const fields = { prompt: step.Prompt, evaluation: step['Evaluation of the prompt'], query: '', output: '' };
    candidates.set(i, makeCandidate({ id: i, parent: i === 0 ? null : i - 1, depth: i, ...fields }, 0, candidates));
  }
  const nodes = [...candidates.values()].map(toHypothesis);
  const best = nodes.at(-1);
  if (!best) throw new UserError('output.json: expected at least one level, got none');
  return { nodes, best, beam: [best.id], model: null, queries: [] };
}

const groupByDepth = (nodes: readonly PublishedNode[]): PublishedNode[][] =>
  [...new Set(nodes.map((n) => n.depth))]
    .toSorted((a, b) => a - b)
    .map((depth) => nodes.filter((n) => n.depth === depth));

/** Sorts the best first; equal ones keep their order. */
const rankByValue = <T>(items: readonly T[], valueOf: (item: T) => number | null): T[] =>
  items.toSorted((a, b) => (valueOf(b) ?? 0) - (valueOf(a) ?? 0));

function listPathPrompts(node: Hypothesis, nodes: readonly Hypothesis[]): string[] {
  const parent = nodes.find((n) => n.id === node.parent);
  return [...(parent ? listPathPrompts(parent, nodes) : []), node.prompt];
}
