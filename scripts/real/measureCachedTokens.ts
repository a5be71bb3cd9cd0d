// How much of a run's prompts llama.cpp's server takes from its cache. A log of requests is sent again in the order of their start,
// as many at once as the server has slots. Replies are one token, so this says nothing of what is written.
//   node scripts/real/measureCachedTokens.ts smol135 LOG.jsonl… [--slots 4] [--threads 2]
// A log is that of `npm run bench:prefix -- --log LOG.jsonl`: one request with its messages in a line.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { renderTextTable } from '../../evals/justEval/table.ts';
import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { requireRealModelName } from './realModels.ts';
import { startRealServer } from './startRealServer.ts';

const SLOT_TOKENS = 8192;
const LogLine = z.object({ req: z.object({ model: z.string(), messages: z.array(z.unknown()) }) });
const Answer = z.object({
  usage: z.object({
    prompt_tokens: z.number(),
    prompt_tokens_details: z.object({ cached_tokens: z.number() }).optional(),
  }),
});

/** The prompt tokens of one request. */
interface PromptTokens {
  role: string;
  all: number;
  cached: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { slots: { type: 'string', default: '4' }, threads: { type: 'string', default: '2' } },
});
const Count = z.coerce.number().int().min(1);
const [slots, threads] = [Count.parse(values.slots), Count.parse(values.threads)];
const [name, ...logs] = positionals;
const model = requireRealModelName(name);

const ROWS = [...LANGUAGE_ROLES.map((role) => [role, [role]] as const), ['all', LANGUAGE_ROLES] as const];

for (const log of logs) {
  const tokens = await replayLog(log);
  const rows = ROWS.flatMap(([row, roles]) => {
    const own = tokens.filter(({ role }) => roles.some((one) => one === role));
    const [all, cached] = [computeMean(own.map((one) => one.all)), computeMean(own.map((one) => one.cached))];
    if (all === null || cached === null) return [];
    const share = `${((100 * cached) / all).toFixed(1)} %`;
    return [[row, String(own.length), all.toFixed(0), (all - cached).toFixed(0), share]];
  });
  console.log(renderTextTable([[log, 'calls', 'tokens a call', 'evaluated', 'from the cache'], ...rows]));
}

async function replayLog(file: string): Promise<PromptTokens[]> {
  const requests = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [LogLine.parse(JSON.parse(line)).req]));
  const server = await startRealServer(model, { slots, context: slots * SLOT_TOKENS, threads });
  try {
    const measured: PromptTokens[] = [];
    const queue = requests.values();
    const sendNext = async (): Promise<void> => {
      for (const { model: role, messages } of queue) {
        const body = JSON.stringify({ messages, max_tokens: 1, temperature: 0 });
        const response = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body });
        if (!response.ok) throw new Error(`expected an answer, got ${response.status}: ${await response.text()}`);
        const { usage } = Answer.parse(await response.json());
        measured.push({ role, all: usage.prompt_tokens, cached: usage.prompt_tokens_details?.cached_tokens ?? 0 });
      }
    };
    await Promise.all(Array.from({ length: slots }, sendNext));
    return measured;
  } finally {
    await server.stop();
  }
}
