// What a real small model replies as reward model, optimizer and judge, with and without structured outputs, and as a judge by checklists.
//   node scripts/real/compareOutputs.ts qwen05 [questions, 20] [selections and rewrites, 8] [threads, 2] [ways, overall,auto,text] [file for replies]
// A way is overall (one score), auto (points, with a schema), text (points, without one) or checklist.
import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { Gateway } from '../../models/gateway/gateway.ts';
import { createOpenAIChat } from '../../models/openai/openaiTransports.ts';
import type { LanguageRole } from '../../models/roles.ts';
import type { OutputMode } from '../../models/transport.ts';
import {
  askModel,
  makeChecklistJudge,
  makeChecklistWriter,
  makeJudge,
  makeRewriteSystemPrompt,
  makeSelectRewards,
  type UnreadableReplyHandler,
} from '../../nodes/index.ts';
import { fence } from '../../prompts/fence.ts';
import { createReplyReader } from '../../prompts/reply.ts';
import { resolveReward } from '../../state/aspects.ts';
import { listPoints } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { createBadAnswer, GOOD_ANSWERS, type GoodAnswer } from './judgedPairs.ts';
import { requireRealModelName } from './realModels.ts';
import { startRealServer } from './startRealServer.ts';

/** Requests at a time. */
const SLOTS = 4;
const WAYS = ['auto', 'text', 'checklist'] as const;
const LIMITS = { base: 220, reward: 500, judge: 500, optimizer: 700 };
const REWARDS = ['Helpfulness', 'Factuality'].map((name) => resolveReward(name));
const percent = (part: number, all: number): string =>
  all ? `${((100 * part) / all).toFixed(1)} % of ${all}` : 'none';

/** Appends a line to the file for replies, if there is one. */
function keepLine(line: Record<string, unknown>): void {
  if (repliesFile) appendFileSync(repliesFile, `${JSON.stringify(line)}\n`);
}

interface Tally {
  replies: number;
  unusable: number;
  lost: number;
  output: number;
  repairOutput: number;
}

function createRole(url: string, role: LanguageRole, output: OutputMode) {
  const tally: Tally = { replies: 0, unusable: 0, lost: 0, output: 0, repairOutput: 0 };
  const temperature = role === 'optimizer' ? 0.2 : 0;
  const transport = createOpenAIChat({
    model: 'm',
    baseUrl: `${url}/v1`,
    temperature,
    maxTokens: LIMITS[role],
    output,
  });
  const send: typeof transport.send = async (request, ...rest) => {
    const reply = await transport.send(request, ...rest);
    const written = reply.usage?.output ?? 0;
    tally.output += written;
    if (request.repair) tally.repairOutput += written;
    else tally.replies += reply.texts.length;
    const { texts, finish } = reply;
    keepLine({ role, output, step: request.form?.name, repair: request.repair, texts, finish, tokens: written });
    return reply;
  };
  const model = new Gateway({ concurrency: SLOTS }).manage(role, { ...transport, takesN: false, send });
  const onUnreadable: UnreadableReplyHandler = ({ repaired, reply, complaint }) => {
    tally.unusable += 1;
    if (!repaired) tally.lost += 1;
    keepLine({ role, output, complaint, repaired, reply });
  };
  return { tally, model, onUnreadable };
}

/** Mean points of a good and of a bad answer to each question; null if one could not be judged. */
type Points = [number | null, number | null][];

function describePoints(points: Points): string {
  const judged = points.flatMap(([good, bad]) => (good === null || bad === null ? [] : [[good, bad] as const]));
  const right = judged.filter(([good, bad]) => good > bad).length;
  const ties = judged.filter(([good, bad]) => good === bad).length;
  const describeMean = (i: 0 | 1): string => (computeMean(judged.map((pair) => pair[i])) ?? NaN).toFixed(2);
  return `good above bad ${percent(right, points.length)}, ties ${ties}, not judged ${points.length - judged.length}; means ${describeMean(0)} and ${describeMean(1)}`;
}

const judgeAll = (judge: (query: string, response: string) => Promise<number | null>, count: number): Promise<Points> =>
  Promise.all(
    GOOD_ANSWERS.slice(0, count).map(async ({ query, answer }, i): Promise<Points[number]> => [
      await judge(query, answer),
      await judge(query, createBadAnswer(i)),
    ]),
  );

async function compareOutput(url: string, way: (typeof WAYS)[number], questions: number, rewrites: number) {
  const start = performance.now();
  const output = way === 'checklist' ? 'auto' : way;
  const [reward, optimizer, judge] = (['reward', 'optimizer', 'judge'] as const).map((role) =>
    createRole(url, role, output),
  );
  if (!reward || !optimizer || !judge) return;
  const selectRewards = makeSelectRewards(reward);
  const rewriteSystemPrompt = makeRewriteSystemPrompt(optimizer);
  const judgeBoth =
    way === 'checklist'
      ? makeChecklistJudge({ ...judge, writeChecklist: makeChecklistWriter(reward) })
      : makeJudge(judge);
  let equal = 0;
  const points = await judgeAll(async (query, response) => {
    const { evaluation } = await judgeBoth({ query, response, rewards: REWARDS, reasoning: '', stage: 'prompt' });
    const scores = listPoints(evaluation);
    if (scores.length > 0 && new Set(scores).size === 1) equal += 1;
    return computeMean(scores);
  }, questions);
  console.log(`${way} judge: ${describePoints(points)}; all points equal ${percent(equal, judge.tally.replies)}`);
  const rewriteOne = async ({ query }: GoodAnswer, i: number): Promise<void> => {
    const [prompt, response] = ['You are a helpful assistant.', createBadAnswer(i)];
    const evaluation = { Helpfulness: { rationale: 'It does not answer the question.', score: 2 } };
    await selectRewards({ query, stage: 'prompt' });
    await rewriteSystemPrompt({ prompt, history: [], query, response, evaluation, actions: 2 });
  };
  await Promise.all(GOOD_ANSWERS.slice(0, rewrites).map(rewriteOne));
  for (const [role, { tally }] of Object.entries({ reward, judge, optimizer }))
    console.log(
      `${way} ${role}: unusable ${percent(tally.unusable, tally.replies)}, after a repair ${percent(tally.lost, tally.replies)}; output for repairs ${percent(tally.repairOutput, tally.output)} tokens`,
    );
  console.log(`${way}: ${Math.round((performance.now() - start) / 1000)} s`);
}

/** One overall score in a schema, without a rationale. */
async function judgeOverall(url: string, questions: number): Promise<void> {
  const { model, tally } = createRole(url, 'judge', 'auto');
  const form = z.strictObject({ score: z.int().min(1).max(5) });
  const points = await judgeAll(async (query, response) => {
    const text = `Score the response to the query, from 1 (useless) to 5 (excellent).\n\n${fence('query', query)}\n\n${fence('response', response)}\n\nReply with one JSON object whose key is "score".`;
    const [reading] = await askModel({ model, step: 'overall', text, read: createReplyReader(form), form: () => form });
    return reading && 'value' in reading ? reading.value.score : null;
  }, questions);
  console.log(`one overall score: ${describePoints(points)}; ${tally.output} tokens`);
}

const [name, questions = '20', rewrites = '8', threads = '2', ways = 'overall,auto,text', repliesFile] =
  process.argv.slice(2);
const server = await startRealServer(requireRealModelName(name), {
  slots: SLOTS,
  context: SLOTS * 4096,
  threads: Number(threads),
});
try {
  const chosen = ways.split(',');
  if (chosen.includes('overall')) await judgeOverall(server.url, Number(questions));
  for (const way of WAYS.filter((name) => chosen.includes(name)))
    await compareOutput(server.url, way, Number(questions), Number(rewrites));
} finally {
  await server.stop();
}
