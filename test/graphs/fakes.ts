import { makeSampleQueries, type Nodes } from '../../nodes/index.ts';
import type { Evaluation } from '../../state/judgement.ts';

export const evaluationOf = (points: number, name = 'Clarity'): Evaluation => ({
  [name]: { rationale: `worth ${points}`, score: points },
});

export interface Counts {
  base: number;
  judge: number;
  optimizer: number;
  reward: number;
}

/**
 * Nodes without models. A prompt is its place in the tree ("0", "0.1", …); `points` says what a prompt scores on a query,
 * null for a judgement that failed.
 */
export function fakeNodes(points: (prompt: string, query: string) => number | null = () => 3): {
  nodes: Nodes;
  counts: Counts;
} {
  const counts: Counts = { base: 0, judge: 0, optimizer: 0, reward: 0 };
  const nodes: Nodes = {
    sampleQueries: makeSampleQueries(),
    retrieveExamples: async ({ queries }) => ({ exampleIndices: queries.map(() => []) }),
    selectRewards: async () => {
      counts.reward++;
      return { rewards: [{ name: 'Clarity', scoring: '5 when clear' }], reasoning: '' };
    },
    respond: async ({ prompt }) => {
      counts.base++;
      return { response: prompt };
    },
    judge: async ({ response, query }) => {
      counts.judge++;
      const score = points(response, query);
      return score === null ? { evaluation: {}, missing: 'unreadable' } : { evaluation: evaluationOf(score) };
    },
    rewriteSystemPrompt: async ({ prompt, actions }) => {
      counts.optimizer++;
      return { prompts: Array.from({ length: actions }, (_, i) => `${prompt}.${i}`), rejected: [] };
    },
    rewriteExample: async ({ response }) => ({ response: `${response}+` }),
  };
  return { nodes, counts };
}

export const queriesUpTo = (n: number): string[] => Array.from({ length: n }, (_, i) => `query ${i}`);
