#!/usr/bin/env bash
# A recursion limit bound to a LangGraph graph holds for invoke(), but not for batch(), and not if the graph is a node.
#
# Expected: compile().withConfig({ recursionLimit: 100 }) gives a graph that may take 100 supersteps, however it is run.
# Happens:  invoke(), stream() and streamEvents() keep the bound limit. batch() drops it. So does an outer graph that has
#           the graph as a node: the outer graph's default of 25 replaces the inner graph's own 100.
#           Both end in GraphRecursionError, although the same graph with the same input ends well through invoke().
# Seen:     @langchain/langgraph 1.7.3, @langchain/core 1.4.0, Node 20.20 and 24.21, 2026-11-29:
#             invoke 40 / stream 40 / streamEvents 40 / batch GraphRecursionError / node GraphRecursionError
# For drpo: a search of more than some ten levels would stop inside a user's own graph.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @langchain/langgraph@1.7.3 @langchain/core@1.4.0
cat >try.mjs <<'JS'
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';

const State = Annotation.Root({ steps: Annotation({ reducer: (_, next) => next, default: () => 0 }) });
// forty supersteps, well below the bound limit of 100 and above the default of 25
const bound = new StateGraph(State)
  .addNode('count', ({ steps }) => ({ steps: steps + 1 }))
  .addEdge(START, 'count')
  .addConditionalEdges('count', ({ steps }) => (steps < 40 ? 'count' : END))
  .compile()
  .withConfig({ recursionLimit: 100 });
const outer = new StateGraph(State).addNode('inner', bound).addEdge(START, 'inner').addEdge('inner', END).compile();

const last = async (stream, read) => { let steps; for await (const part of await stream) steps = read(part) ?? steps; return steps; };
const ways = {
  invoke: async () => (await bound.invoke({})).steps,
  stream: () => last(bound.stream({}, { streamMode: 'values' }), (part) => part.steps),
  streamEvents: () => last(bound.streamEvents({}, { version: 'v2' }), (event) => event.data?.output?.steps),
  batch: async () => (await bound.batch([{}]))[0].steps,
  node: async () => (await outer.invoke({})).steps,
};
const seen = {};
for (const [name, run] of Object.entries(ways)) seen[name] = await run().catch((error) => error.name);
console.log(JSON.stringify(seen));
JS
got=$(node try.mjs)
want='{"invoke":40,"stream":40,"streamEvents":40,"batch":"GraphRecursionError","node":"GraphRecursionError"}'
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
