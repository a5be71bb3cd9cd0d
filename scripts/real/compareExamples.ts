// What a real base model's answers are worth if each query gets its most similar examples, and if all get the same ones.
//   node scripts/real/compareExamples.ts [base, qwen05] [judge, qwen15] [--count 40] [--queries FILE] [--criteria Safety,Clarity]
//     [--examples FILE] [--scores FILE]
// One judge scores all answers, by the odds of one digit for each aspect. The differences are those of one query's two answers.
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Gateway } from '../../models/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { createRunParts } from '../../run/createRunParts.ts';
import type { ExampleChoice } from '../../nodes/index.ts';
import { getErrorMessage } from '../../state/failure.ts';
import { computeReward } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { requireRealModelName, type RealModelName } from './realModels.ts';
import { startRealServer } from './startRealServer.ts';

const CHOICES = ['similar', 'fixed'] as const satisfies readonly ExampleChoice[];
const [SLOTS, THREADS] = [2, 2];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '40' },
    queries: { type: 'string' },
    criteria: { type: 'string', default: 'Helpfulness,Factuality,Clarity' },
    examples: { type: 'string' },
    scores: { type: 'string' },
  },
});
const [baseName = 'qwen05', judgeName = 'qwen15'] = positionals;
const [baseModel, judgeModel] = [requireRealModelName(baseName), requireRealModelName(judgeName)];
const start = (name: RealModelName) => startRealServer(name, { slots: SLOTS, context: SLOTS * 4096, threads: THREADS });

function createParts(url: string, choose: ExampleChoice) {
  const config = loadConfig({
    values: {
      models: { optimizer: { model: 'm', baseUrl: `${url}/v1`, maxTokens: 200, timeoutSeconds: 600 } },
      queries: { limit: Number(values.count), ...(values.queries && { files: [resolve(values.queries)] }) },
      examples: { k: 2, choose, ...(values.examples && { file: resolve(values.examples) }) },
      rewards: { mode: 'static', criteria: values.criteria.split(',') },
      judge: { scoring: 'expected', remarks: 'when-rewritten' },
    },
  });
  return { config, nodes: createRunParts(config, new Gateway({ concurrency: SLOTS })).createNodes() };
}

try {
  createParts('http://127.0.0.1', 'fixed'); // a wrong option ends here, before a server starts
} catch (error) {
  process.stderr.write(`${getErrorMessage(error)}\n`);
  process.exit(2);
}

/** Answers all queries with examples of one choice; also says what the server evaluated. */
async function answerAll(choose: ExampleChoice) {
  const server = await start(baseModel);
  try {
    const { config, nodes } = createParts(server.url, choose);
    const { examples, ...data } = await readData(config);
    const { queries } = await nodes.sampleQueries({ queries: data.queries });
    const { exampleIndices } = await nodes.retrieveExamples({ queries: queries.map(({ text }) => text), examples });
    const answers = await Promise.all(
      queries.map(async ({ text: query }, i) => {
        const chosen = (exampleIndices[i] ?? []).flatMap((at) => examples[at] ?? []);
        const { response } = await nodes.respond({ prompt: config.initialPrompt, query, examples: chosen });
        return { query, response };
      }),
    );
    const { prompt_tokens_total: evaluated = NaN } = await server.readMetrics();
    console.log(`${choose}: ${(evaluated / queries.length).toFixed(0)} tokens evaluated for each answer`);
    return answers;
  } finally {
    await server.stop();
  }
}

const answered = { similar: await answerAll('similar'), fixed: await answerAll('fixed') };
const server = await start(judgeModel);
try {
  const { judge, selectRewards } = createParts(server.url, 'fixed').nodes;
  const judgeOne = async (choose: ExampleChoice, i: number) => {
    const { query = '', response = '' } = answered[choose][i] ?? {};
    const { rewards, reasoning } = await selectRewards({ query, stage: 'prompt' });
    const { evaluation } = await judge({ query, response, rewards, reasoning, stage: 'prompt' });
    const points = response ? computeReward(evaluation) : null;
    if (values.scores)
      appendFileSync(values.scores, `${JSON.stringify({ choose, query, response, points, evaluation })}\n`);
    return points;
  };
  const pairs: { similar: number; fixed: number }[] = [];
  for (const i of answered.similar.keys()) {
    const [similar, fixed] = [await judgeOne('similar', i), await judgeOne('fixed', i)];
    if (similar !== null && fixed !== null) pairs.push({ similar, fixed });
  }
  for (const choose of CHOICES)
    console.log(`${choose}: ${(computeMean(pairs.map((pair) => pair[choose])) ?? NaN).toFixed(2)} points`);
  const interval = computePairedInterval(pairs.map(({ similar, fixed }) => fixed - similar));
  const range = interval ? `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}` : 'no interval';
  console.log(`fixed minus similar: ${(interval?.mean ?? NaN).toFixed(2)} (${range}), ${pairs.length} queries`);
} finally {
  await server.stop();
}
