import { describe, expect, it } from '@jest/globals';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { drpo, rewriteExamples } from '../../graphs/index.ts';
import type { SearchGraph, StrategyResult } from '../../graphs/compiledGraphs.ts';
import { paperNodes } from '../../nodes/index.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';
import type { Example, QueryInput } from '../../state/example.ts';

const input = { queries: Array.from({ length: 20 }, (_, i) => `How does tide number ${i} work?`), examples: [] };
const nodes = paperNodes(createSimulatedModels());
// some sixty supersteps; LangGraph's own limit is 25
const search = (): SearchGraph => drpo(nodes, { beamWidth: 1, depth: 20, final: null });

const Outer = Annotation.Root({
  queries: Annotation<QueryInput[]>(),
  examples: Annotation<Example[]>(),
  levels: Annotation<number>(),
});

describe('a long search keeps its own limit of supersteps', () => {
  const ways: Record<string, (graph: SearchGraph) => Promise<Pick<StrategyResult, 'levels'> | undefined>> = {
    'if it is one of a batch': async (graph) => (await graph.batch([input]))[0],
    'if it was configured further': async (graph) => (await graph.withConfig({ tags: ['mine'] }).batch([input]))[0],
    'if it is a node of another graph': (graph) =>
      new StateGraph(Outer)
        .addNode('align', graph)
        .addEdge(START, 'align')
        .addEdge('align', END)
        .compile()
        .invoke(input),
    'if its events are streamed': async (graph) => {
      let levels;
      for await (const { data } of graph.streamEvents(input, { version: 'v2', recursionLimit: 25 }))
        levels = (data.output as Partial<StrategyResult> | undefined)?.levels ?? levels;
      return levels === undefined ? undefined : { levels };
    },
  };
  for (const [way, run] of Object.entries(ways))
    it(`${way}, and searches all its levels`, async () => {
      const { levels } = await search().invoke(input);
      expect(levels).toBeGreaterThan(15);
      expect((await run(search()))?.levels).toBe(levels);
    });
});

it('an example is rewritten as often as is asked, however many supersteps that takes', async () => {
  const evaluation = { Clarity: { rationale: 'plain', score: 3 } };
  let rewrites = 0;
  const counting = {
    selectRewards: async () => ({ rewards: [{ name: 'Clarity', scoring: '' }], reasoning: '' }),
    judge: async () => ({ evaluation }),
    rewriteExample: async () => ({ response: `better ${++rewrites}` }),
  };
  await rewriteExamples(counting, { rewriteRounds: 30 }).invoke({ examples: [{ query: 'How?', answer: 'So.' }] });
  expect(rewrites).toBe(30);
});
