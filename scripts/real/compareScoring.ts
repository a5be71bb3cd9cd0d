// How a real small model tells good answers from bad ones: by points, by their expected values, and by digits alone.
//   node scripts/real/compareScoring.ts qwen15 [whole,alone] [questions, 20] [threads, 2] [file for scores]
// `whole`: judgements with rationales, read by points and by the odds of the points; `alone`: digits without rationales.
import { appendFileSync } from 'node:fs';
import { Gateway } from '../../models/gateway/gateway.ts';
import { createOpenAIChat } from '../../models/openai/openaiTransports.ts';
import { makeExpectedJudge, makeJudge, type Judge } from '../../nodes/index.ts';
import { createEvaluationReader } from '../../prompts/reply.ts';
import { resolveReward } from '../../state/aspects.ts';
import { listPoints } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { createBadAnswer, GOOD_ANSWERS } from './judgedPairs.ts';
import { requireRealModelName } from './realModels.ts';
import { startRealServer } from './startRealServer.ts';

const REWARDS = ['Helpfulness', 'Factuality'].map((name) => resolveReward(name));
const MODES = ['whole', 'alone'] as const;
type Mode = (typeof MODES)[number];

/** Scores of one response: the expected values, and the points as the judge wrote them. */
interface Scores {
  expected: number | null;
  points: number | null;
}

function createMeasuredJudge(url: string, mode: Mode) {
  const tally = { calls: 0, input: 0, output: 0 };
  let last = '';
  const transport = createOpenAIChat({
    model: 'm',
    baseUrl: `${url}/v1`,
    temperature: 0,
    maxTokens: 500,
    output: 'auto',
  });
  const send: typeof transport.send = async (request, ...rest) => {
    const reply = await transport.send(request, ...rest);
    tally.calls += 1;
    tally.input += reply.usage?.input ?? 0;
    tally.output += reply.usage?.output ?? 0;
    last = reply.texts[0] ?? '';
    return reply;
  };
  const model = new Gateway({ concurrency: 1 }).manage('judge', { ...transport, send });
  const judge: Judge = mode === 'alone' ? makeExpectedJudge({ model }) : makeJudge({ model, scoring: 'expected' });
  const score = async (query: string, response: string, rewards = REWARDS): Promise<Scores> => {
    const { evaluation } = await judge({ query, response, rewards, reasoning: '', stage: 'prompt' });
    const reading = createEvaluationReader(rewards)(last);
    const written = 'value' in reading ? listPoints(reading.value) : [...last.matchAll(/[1-5]/g)].map(Number);
    return { expected: computeMean(listPoints(evaluation)), points: computeMean(written) };
  };
  return { tally, score };
}

function describePairs(pairs: readonly (readonly [number | null, number | null])[]): string {
  const judged = pairs.flatMap(([good, bad]) => (good === null || bad === null ? [] : [[good, bad] as const]));
  const right = judged.filter(([good, bad]) => good > bad).length;
  const ties = judged.filter(([good, bad]) => good === bad).length;
  return `right ${right} of ${pairs.length}, ties ${ties}, not judged ${pairs.length - judged.length}`;
}

/** The standard deviation of a judgement, from pairs of the same answer. */
const computeRetest = (pairs: readonly (readonly [number | null, number | null])[]): number =>
  Math.sqrt((computeMean(pairs.map(([a, b]) => ((a ?? 0) - (b ?? 0)) ** 2)) ?? 0) / 2);

async function compareMode(url: string, mode: Mode, questions: number, file?: string): Promise<void> {
  const start = performance.now();
  const { tally, score } = createMeasuredJudge(url, mode);
  const rows: { good: Scores; bad: Scores; again: Scores }[] = [];
  for (const [i, { query, answer }] of GOOD_ANSWERS.slice(0, questions).entries()) {
    const [good, bad] = [await score(query, answer), await score(query, createBadAnswer(i))];
    const again = mode === 'alone' || i % 4 === 0 ? await score(query, answer, REWARDS.toReversed()) : good;
    rows.push({ good, bad, again });
    if (file) appendFileSync(file, `${JSON.stringify({ mode, i, good, bad, again })}\n`);
  }
  const seconds = (performance.now() - start) / 1000;
  for (const kind of ['points', 'expected'] as const) {
    const retested = rows.filter(({ good, again }) => good !== again);
    const noise = computeRetest(retested.map(({ good, again }) => [good[kind], again[kind]] as const));
    const pairs = rows.map(({ good, bad }) => [good[kind], bad[kind]] as const);
    console.log(
      `${mode}, ${kind}: ${describePairs(pairs)}; sd with the aspects the other way round ${noise.toFixed(2)} (${retested.length} answers)`,
    );
  }
  const { calls, input, output } = tally;
  console.log(
    `${mode}: ${calls} calls, ${(input / calls).toFixed(0)} tokens in and ${(output / calls).toFixed(1)} out each, ${(seconds / calls).toFixed(1)} s each`,
  );
}

const [name, modeNames = 'alone,whole', questions = '20', threads = '2', file] = process.argv.slice(2);
const server = await startRealServer(requireRealModelName(name), { slots: 1, context: 4096, threads: Number(threads) });
try {
  for (const mode of MODES.filter((one) => modeNames.split(',').includes(one)))
    await compareMode(server.url, mode, Number(questions), file);
} finally {
  await server.stop();
}
