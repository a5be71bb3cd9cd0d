// What the rewrites of a real optimizer take, and how well a base model follows them. Three rules score its answers.
//   node scripts/real/measureRewrites.ts [optimizer, qwen15] [base, qwen05] [queries, 6] [rewrites of each, 3] [fresh queries, 8]
import { Gateway } from '../../models/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { createRunParts } from '../../run/createRunParts.ts';
import { computeReward } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { PEER_TASK, readPeerTask } from '../bench/peers/peerTask.ts';
import { requireRealModelName, type RealModelName } from './realModels.ts';
import { startRealServer } from './startRealServer.ts';

const FIRST_PROMPT = 'You are a helpful assistant.';
const [SLOTS, THREADS] = [4, 2];

const [optimizerName = 'qwen15', baseName = 'qwen05', ...numbers] = process.argv.slice(2);
const [queryCount = 6, actions = 3, freshCount = 8] = numbers.map(Number);
const start = (name: RealModelName) => startRealServer(name, { slots: SLOTS, context: SLOTS * 4096, threads: THREADS });
const [baseModel, optimizerModel] = [requireRealModelName(baseName), requireRealModelName(optimizerName)];
const { training, fresh } = await readPeerTask();
const [base, optimizer] = [await start(baseModel), await start(optimizerModel)];
const toModel = (url: string, maxTokens: number) => ({
  model: 'm',
  baseUrl: `${url}/v1`,
  maxTokens,
  timeoutSeconds: 600,
});
const config = loadConfig({
  values: { ...PEER_TASK, models: { base: toModel(base.url, 120), optimizer: toModel(optimizer.url, 500) } },
});
const { respond, judge, rewriteSystemPrompt } = createRunParts(
  config,
  new Gateway({ concurrency: SLOTS }),
).createNodes();

async function judgeAnswer(prompt: string, query: string) {
  const { response } = await respond({ prompt, query, examples: [] });
  const { evaluation } = await judge({ query, response, rewards: [], reasoning: '', stage: 'prompt' });
  return { response, evaluation, points: computeReward(evaluation) ?? NaN };
}

const scorePrompt = async (prompt: string): Promise<number> =>
  computeMean(
    await Promise.all(fresh.slice(0, freshCount).map(async (query) => (await judgeAnswer(prompt, query)).points)),
  ) ?? NaN;

try {
  const startedMs = performance.now();
  const rewritten = await Promise.all(
    training.slice(0, queryCount).map(async (query) => {
      const { response, evaluation } = await judgeAnswer(FIRST_PROMPT, query);
      return rewriteSystemPrompt({ prompt: FIRST_PROMPT, history: [], query, response, evaluation, actions });
    }),
  );
  const { tokens_predicted_total: written = NaN } = await optimizer.readMetrics();
  const seconds = (performance.now() - startedMs) / 1000;
  const usable = rewritten.reduce((sum, { prompts }) => sum + prompts.length, 0);
  const count = queryCount * actions;
  console.log(
    `${usable} of ${count} rewrites usable, ${(written / count).toFixed(0)} tokens written for each, ${seconds.toFixed(0)} s in all`,
  );
  for (const { reason } of rewritten.flatMap(({ rejected }) => rejected))
    console.log(`rejected: ${reason.slice(0, 100)}`);
  const first = await scorePrompt(FIRST_PROMPT);
  const means: number[] = [];
  for (const { prompts } of rewritten) {
    const points: number[] = [];
    for (const prompt of prompts) points.push(await scorePrompt(prompt));
    means.push(...(points.length > 0 ? [computeMean(points) ?? NaN] : []));
    console.log(points.map((one) => one.toFixed(2)).join(' '));
  }
  const interval = computePairedInterval(means);
  const range = interval && ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
  console.log(
    `first prompt ${first.toFixed(2)} points, rewrites ${(computeMean(means) ?? NaN).toFixed(2)}${range ?? ''}`,
  );
} finally {
  await Promise.all([base.stop(), optimizer.stop()]);
}
