// Whether a level's judgements end earlier if one of them goes first, so that the others find its prefix in the server's cache.
//   node scripts/real/comparePriming.ts qwen05 [judgements at once, 4] [levels, 3] [threads, 2]
// Each level has a query of its own, and the rules that all levels share are in the cache already.
import { renderJudgePrompt } from '../../prompts/judge.ts';
import { toPromptText } from '../../prompts/promptParts.ts';
import { resolveReward } from '../../state/aspects.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { createBadAnswer, GOOD_ANSWERS } from './judgedPairs.ts';
import { requireRealModelName } from './realModels.ts';
import { startRealServer, type RealServer } from './startRealServer.ts';

const REWARDS = ['Helpfulness', 'Factuality', 'Clarity', 'Depth'].map((name) => resolveReward(name));
const REPLY_TOKENS = 120;

const [name, ...numbers] = process.argv.slice(2);
const [together = 4, levels = 3, threads = 2] = numbers.map(Number);
const known = requireRealModelName(name);

/** The requests of a level: responses to one query, of the kind that a search judges. */
function listRequests(level: number): string[] {
  const { query, answer } = GOOD_ANSWERS[level % GOOD_ANSWERS.length] ?? { query: '', answer: '' };
  const responses = Array.from({ length: together }, (_, i) => `${answer} ${createBadAnswer(level + i)}`);
  return responses.map((response) => {
    const parts = renderJudgePrompt({ query, response, rewards: REWARDS, reasoning: '', stage: 'prompt' });
    return toPromptText(parts);
  });
}

async function ask(url: string, content: string): Promise<void> {
  const body = { messages: [{ role: 'user', content }], max_tokens: REPLY_TOKENS, temperature: 0, ignore_eos: true };
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`expected an answer, got ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Seconds of a level, and the tokens of its prompts that were evaluated. */
async function measureLevel(server: RealServer, level: number, isPrimed: boolean): Promise<[number, number]> {
  const requests = listRequests(level);
  const { prompt_tokens_total: before = 0 } = await server.readMetrics();
  const startedMs = performance.now();
  const first = isPrimed ? requests.slice(0, 1) : [];
  for (const request of first) await ask(server.url, request);
  await Promise.all(requests.slice(first.length).map((request) => ask(server.url, request)));
  const { prompt_tokens_total: after = 0 } = await server.readMetrics();
  return [(performance.now() - startedMs) / 1000, after - before];
}

for (const isPrimed of [false, true]) {
  const server = await startRealServer(known, { slots: together, context: 2048 * together, threads });
  try {
    await measureLevel(server, levels, false); // the rules are in the cache
    const measured: [number, number][] = [];
    for (let level = 0; level < levels; level++) measured.push(await measureLevel(server, level, isPrimed));
    const [seconds, tokens] = [0, 1].map((i) => computeMean(measured.map((one) => one[i] ?? NaN)) ?? NaN);
    console.log(
      `${isPrimed ? 'one first' : 'all at once'}: ${seconds?.toFixed(1)} s and ${tokens?.toFixed(0)} tokens evaluated for each level of ${together} judgements`,
    );
  } finally {
    await server.stop();
  }
}
