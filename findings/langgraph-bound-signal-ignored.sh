#!/usr/bin/env bash
# A signal or a timeout bound to a LangGraph graph by withConfig() stops nothing.
#
# Expected: graph.withConfig({ signal }) can be aborted, and graph.withConfig({ timeout: 35 }) ends after 35 ms, as a
#           RunnableLambda of @langchain/core does and as the same options do when they are given to the call.
# Happens:  the graph runs to its end and resolves. A signal that is aborted before the call is ignored too.
#           Given to invoke() or stream(), both options work.
# Seen:     @langchain/langgraph 1.7.3, @langchain/core 1.4.0, Node 20.20 and 24.21, 2026-11-29 (the line `want` below).
# For drpo: whoever bounds the cost of a search by a bound signal pays for all of it. Give the signal to the call.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @langchain/langgraph@1.7.3 @langchain/core@1.4.0
cat >try.mjs <<'JS'
import { RunnableLambda } from '@langchain/core/runnables';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { setTimeout as sleep } from 'node:timers/promises';

const State = Annotation.Root({ steps: Annotation({ reducer: (_, next) => next, default: () => 0 }) });
const graph = new StateGraph(State)
  .addNode('count', async ({ steps }) => (await sleep(10), { steps: steps + 1 }))
  .addEdge(START, 'count')
  .addConditionalEdges('count', ({ steps }) => (steps < 20 ? 'count' : END))
  .compile();
const lambda = RunnableLambda.from(async () => (await sleep(200), { steps: 20 }));
const soon = () => AbortSignal.any([AbortSignal.timeout(35)]);
const seen = {};
for (const [name, runnable] of Object.entries({ lambda, graph })) {
  const end = (run) => run.then(() => 'ran to its end', () => 'stopped');
  seen[name] = {
    calledSignal: await end(runnable.invoke({}, { signal: soon() })),
    boundSignal: await end(runnable.withConfig({ signal: soon() }).invoke({})),
    boundAborted: await end(runnable.withConfig({ signal: AbortSignal.abort() }).invoke({})),
    calledTimeout: await end(runnable.invoke({}, { timeout: 35 })),
    boundTimeout: await end(runnable.withConfig({ timeout: 35 }).invoke({})),
  };
}
console.log(JSON.stringify(seen));
JS
got=$(node try.mjs)
stopped='"calledSignal":"stopped","boundSignal":"stopped","boundAborted":"stopped","calledTimeout":"stopped","boundTimeout":"stopped"'
ended='"calledSignal":"stopped","boundSignal":"ran to its end","boundAborted":"ran to its end","calledTimeout":"stopped","boundTimeout":"ran to its end"'
want="{\"lambda\":{$stopped},\"graph\":{$ended}}"
echo "$got"
[ "$got" = "$want" ] || { echo "changed: expected $want"; exit 1; }
