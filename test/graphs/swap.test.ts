import { describe, expect, it } from '@jest/globals';
import { drpo, paperNodes, type Nodes } from '../../index.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';

const roles = {
  base: createSimulatedModel('base'),
  reward: createSimulatedModel('reward'),
  judge: createSimulatedModel('judge'),
  optimizer: createSimulatedModel('optimizer'),
};
const input = {
  queries: ['How do tides work?', 'Write a poem on rain.', 'What is a loan?'],
  examples: [{ query: 'Hi?', answer: 'Hello.' }],
};

describe('a search with one node of the caller’s own', () => {
  const calls: string[] = [];
  const nodes = paperNodes(roles);
  const swaps: { [K in keyof Nodes]: Nodes[K] } = {
    sampleQueries: async (reads) => (
      calls.push('sampleQueries'),
      nodes.sampleQueries({ queries: reads.queries.toReversed() })
    ),
    retrieveExamples: async ({ queries }) => (
      calls.push('retrieveExamples'),
      { exampleIndices: queries.map(() => [0]) }
    ),
    selectRewards: async () => (
      calls.push('selectRewards'),
      { rewards: [{ name: 'Rhyme', scoring: '5 when it rhymes' }], reasoning: '' }
    ),
    respond: async ({ query }) => (calls.push('respond'), { response: `Well: ${query}` }),
    judge: async ({ response }) => (
      calls.push('judge'),
      { evaluation: { Rhyme: { rationale: 'so', score: response.length > 20 ? 3 : 4 } } }
    ),
    rewriteSystemPrompt: async ({ prompt }) => (
      calls.push('rewriteSystemPrompt'),
      { prompts: [`${prompt} Better.`], rejected: [] }
    ),
    rewriteExample: async ({ response }) => (calls.push('rewriteExample'), { response: `${response} Gladly.` }),
  };

  it.each(Object.keys(swaps) as (keyof Nodes)[])('calls it as %s', async (name) => {
    calls.length = 0;
    const graph = drpo({ ...nodes, [name]: swaps[name] }, { depth: 2, actions: 1, rewrite: true, rewriteRounds: 1 });
    const { bestPrompt } = await graph.invoke(input, { configurable: { thread_id: 'a' } });
    expect(typeof bestPrompt).toBe('string');
    expect(calls).toContain(name);
  });
});
