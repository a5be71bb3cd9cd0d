import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { isTracingEnabled } from 'langsmith';
import { drpo } from '../graphs/index.ts';
import type { Nodes } from '../nodes/index.ts';
import { measureJudgeReliability } from '../run/judgeReliability.ts';
import { toGraphOptions } from '../run/toGraphOptions.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { Assumptions } from './assumptions.ts';
import { CallLedger } from './callLedger.ts';
import { makeCountingNodes } from './countingNodes.ts';
import { makeForecast, type Forecast } from './forecast.ts';
import type { PlanInput } from './planInput.ts';

/** Walks a config's graph as `optimize` does, on nodes that count. `answering` holds the models' answers. */
export async function forecastWalk(
  { config, data }: PlanInput,
  assumed: Assumptions,
  answering: Nodes,
): Promise<Forecast> {
  const ledger = new CallLedger(config.concurrency);
  const { nodes, repeatJudge } = makeCountingNodes(answering, ledger, config, assumed);
  const journal: Hypothesis[] = [];
  // the points of a walk are drawn, so they say nothing of a level's gain
  const { final, ...search } = toGraphOptions({ ...config, search: { ...config.search, minExpectedGain: null } });
  const options = {
    ...search,
    // what is to be shortened must win
    final: final?.shorten ? { ...final, cautious: false } : (final ?? null),
    journal: (node: Hypothesis) => void journal.push(node),
  };
  await drpo(nodes, options).invoke(data, isTracingEnabled() ? { callbacks: [new SilentTracer()] } : {});
  await measureJudgeReliability({ config, nodes, repeatJudge }, () => journal, data.queries);
  const { calls, tokens, steps, rounds } = ledger;
  return makeForecast(config, calls, tokens, { steps, seconds: rounds * assumed.latency });
}

/** Takes the place of LangSmith's tracer, which LangChain adds by itself: a walk is no run and leaves no trace. */
class SilentTracer extends LangChainTracer {
  override async onRunCreate(): Promise<void> {}
  override async onRunUpdate(): Promise<void> {}
  override copyWithTracingConfig(): this {
    return this;
  }
}
