// Checked by `npm run types`: each line after `@ts-expect-error` must not compile.
import { SqliteSaver } from '../../checkpoints/index.ts';
import { makeJudgeJustEval, runJustEval } from '../../evals/index.ts';
import { Gateway, toChatTransport } from '../../models/index.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';

const judge = createSimulatedModel('judge', { seed: 1, noise: { judge: 0 } });

export const gateway = new Gateway({ budget: { calls: 10 } });
export const managed = gateway.manage('judge', toChatTransport(judge));

// @ts-expect-error -- the limit is named calls
export const wrongBudget = new Gateway({ budget: { call: 10 } });

// @ts-expect-error -- a role is one of five
export const wrongRole = gateway.manage('critic', toChatTransport(judge));

// @ts-expect-error -- embeddings have no simulated model
export const wrongSimulation = createSimulatedModel('embeddings');

// @ts-expect-error -- the option is named latencyMs
export const wrongLatency = createSimulatedModel('base', { latency: 5 });

// @ts-expect-error -- a saver needs a file
export const wrongSaver = new SqliteSaver();

// @ts-expect-error -- a method answers the instructions
export const wrongRun = runJustEval({
  instructions: [],
  judge: makeJudgeJustEval({ model: judge }),
  generator: '',
  judgedBy: '',
});
