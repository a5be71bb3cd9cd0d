import type { Nodes } from '../nodes/index.ts';
import { resolveReward } from '../state/aspects.ts';
import type { Hypothesis } from '../state/hypothesis.ts';

const makeKey = (...parts: readonly string[]): string => JSON.stringify(parts);

/** Nodes that answer as a finished run was answered, by its judged nodes; `otherwise` answers what the run does not show. */
export function makeReplayNodes(judged: readonly Hypothesis[], otherwise: Nodes): Nodes {
  const byResponse = new Map(judged.map((node) => [makeKey(node.query, node.response), node]));
  const byPrompt = new Map(judged.map((node) => [makeKey(node.query, node.prompt), node]));
  const aspects = new Map(judged.map((node) => [node.query, node.aspects]));
  const rewrites = listRewrites(judged);
  return {
    ...otherwise,
    selectRewards: async (reads, config) => {
      const selection = await otherwise.selectRewards(reads, config);
      const names = reads.stage === 'prompt' ? aspects.get(reads.query) : undefined;
      return names ? { ...selection, rewards: names.map((name) => resolveReward(name)) } : selection;
    },
    respond: async (reads, config) => {
      const node = byPrompt.get(makeKey(reads.query, reads.prompt));
      if (!node) return otherwise.respond(reads, config);
      const { response, missing } = node;
      return { response, ...(response === '' && missing !== undefined && { missing }) };
    },
    judge: async (reads, config) => {
      const node = reads.stage === 'prompt' ? byResponse.get(makeKey(reads.query, reads.response)) : undefined;
      if (!node) return otherwise.judge(reads, config);
      return { evaluation: node.evaluation, ...(node.missing !== undefined && { missing: node.missing }) };
    },
    rewriteSystemPrompt: async (reads, config) => {
      const known = rewrites.get(makeKey(reads.query, reads.prompt));
      const prompts = known && (known.length > 1 ? known.shift() : known[0]);
      if (!prompts) return otherwise.rewriteSystemPrompt(reads, config);
      const rejected = Array.from({ length: Math.max(0, reads.actions - prompts.length) }, () => ({
        prompt: '',
        reason: 'rejected in the run',
      }));
      return { prompts, rejected };
    },
  };
}

/**
 * The prompts that came of each judged prompt. The same prompt may have been rewritten more than once on a query, with another
 * history: then the answers are in the order of the beam.
 */
function listRewrites(judged: readonly Hypothesis[]): Map<string, string[][]> {
  const children = new Map<string | null, Hypothesis[]>();
  for (const node of judged.toSorted((a, b) => a.depth - b.depth || a.index - b.index))
    children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const byId = new Map(judged.map((node) => [node.id, node]));
  const rewrites = new Map<string, string[][]>();
  for (const [id, nodes] of children) {
    const parent = byId.get(id ?? '');
    if (!parent) continue;
    const key = makeKey(parent.query, parent.prompt);
    const kept = nodes.length === 1 && nodes[0]?.prompt === parent.prompt;
    const answer = kept ? [] : nodes.map((node) => node.prompt);
    const known = rewrites.get(key) ?? [];
    if (!known.some((other) => makeKey(...other) === makeKey(...answer))) rewrites.set(key, [...known, answer]);
  }
  return rewrites;
}
