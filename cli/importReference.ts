import { z } from 'zod';
import { applyJudgement, makeRootDraft, toHypothesis, type Candidate, type Hypothesis } from '../state/hypothesis.ts';
import { UserError } from '../run/config/userError.ts';

const Evaluation = z.record(
  z.string(),
  z.object({ rationale: z.string().default(''), score: z.coerce.number().min(1).max(5) }),
);

const PublishedNode = z.object({
  id: z.number().int(),
  parent: z.number().int().nullable(),
  depth: z.number().int().min(0),
  prompt: z.string(),
  query: z.string(),
  output: z.string(),
  evaluation: Evaluation,
});
type PublishedNode = z.infer<typeof PublishedNode>;

/** A search tree as the authors published it (`tree.json`), scores as strings. */
export const TreeFile = z.object({
  model: z.string(),
  cumulative_reward: z.number(),
  queries: z.array(z.string()).min(1),
  nodes: z.array(PublishedNode).min(1),
  best_path_prompts: z.array(z.string()).min(1),
});

/** What the reference itself writes (`output.json`): prompt and evaluation of each state of the best path, no query or response. */
export const OutputFile = z
  .record(
    z.string().regex(/^level \d+$/),
    z.object({ Prompt: z.string(), 'Evaluation of the prompt': Evaluation.catch({}) }),
  )
  .refine((levels) => Object.keys(levels).length > 0, 'expected at least one level');

/** A search as a run folder of ours holds it. */
export interface ImportedSearch {
  nodes: Hypothesis[];
  best: Hypothesis;
  /** Ids of the last beam. */
  beam: string[];
  /** The base model, where it is named. */
  model: string | null;
  queries: string[];
}

/** Published trees were searched with a beam of two; a judgement that failed counts 0 in them (docs/algorithm.md#values-and-ties). */
const BEAM_WIDTH = 2;
const FAILED_SCORE = { missingJudgementScore: 0 } as const;
const UNREADABLE_JUDGEMENT = {
  missing: 'the judge’s reply could not be read; the authors’ code recorded a reward of 0',
};

/** A published tree as a journal: ids by place in the tree, values as this project computes them. @throws UserError */
export function importTree({ model, queries, nodes, ...tree }: z.infer<typeof TreeFile>): ImportedSearch {
  const made = new Map<number, Candidate>();
  for (const level of groupByDepth(nodes)) {
    const rank = new Map(rankByValue([...made.entries()], ([, node]) => node.value).map(([id], i) => [id, i]));
    const parentRank = ({ parent }: PublishedNode): number => rank.get(parent ?? -1) ?? 0;
    const ordered = level.toSorted((a, b) => parentRank(a) - parentRank(b) || a.id - b.id);
    for (const [i, node] of ordered.entries()) made.set(node.id, makeCandidate(node, i, made));
  }
  const all = [...made.values()];
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

function makeCandidate(node: PublishedNode, index: number, made: ReadonlyMap<number, Candidate>): Candidate {
  const { prompt, query, output, evaluation } = node;
  const parent = node.parent === null ? undefined : made.get(node.parent);
  if (!parent && node.parent !== null)
    throw new UserError(`tree.json, node ${node.id}: expected its parent a level above, got ${node.parent}`);
  const siblings = [...made.values()].filter((n) => n.parent === parent?.id).length;
  const root = makeRootDraft(prompt, query);
  const { id, lineage, depth } = parent ?? { ...root, id: '', depth: -1 };
  const draft = parent
    ? { id: `${id}.${siblings}`, parent: id, depth: depth + 1, index, prompt, query, lineage }
    : root;
  const missing = Object.keys(evaluation).length ? {} : UNREADABLE_JUDGEMENT;
  return applyJudgement(
    draft,
    { response: output, aspects: Object.keys(evaluation), evaluation, ...missing },
    FAILED_SCORE,
  );
}

/** The best path alone, as a chain; queries and responses are not in the file. */
export function importOutput(levels: z.infer<typeof OutputFile>): ImportedSearch {
  const steps = Object.entries(levels).toSorted(([a], [b]) => Number(a.slice(6)) - Number(b.slice(6)));
  const made = new Map<number, Candidate>();
  for (const [i, [, step]] of steps.entries()) {
    const about = { prompt: step.Prompt, evaluation: step['Evaluation of the prompt'], query: '', output: '' };
    made.set(i, makeCandidate({ id: i, parent: i === 0 ? null : i - 1, depth: i, ...about }, 0, made));
  }
  const nodes = [...made.values()].map(toHypothesis);
  const best = nodes.at(-1);
  if (!best) throw new UserError('output.json: expected at least one level, got none');
  return { nodes, best, beam: [best.id], model: null, queries: [] };
}

const groupByDepth = (nodes: readonly PublishedNode[]): PublishedNode[][] =>
  [...new Set(nodes.map((n) => n.depth))]
    .toSorted((a, b) => a - b)
    .map((depth) => nodes.filter((n) => n.depth === depth));

/** Best first; equals keep their order. */
const rankByValue = <T>(items: readonly T[], valueOf: (item: T) => number | null): T[] =>
  items.toSorted((a, b) => (valueOf(b) ?? 0) - (valueOf(a) ?? 0));

function listPathPrompts(node: Hypothesis, nodes: readonly Hypothesis[]): string[] {
  const parent = nodes.find((n) => n.id === node.parent);
  return [...(parent ? listPathPrompts(parent, nodes) : []), node.prompt];
}
