// What an endpoint refuses, how it treats a system message and what its usage counts: a row of the table in docs/models.md.
//   node scripts/real/probeEndpoint.ts http://127.0.0.1:8080/v1 [model, default the first that the endpoint lists]
// The key is in OPENAI_API_KEY, if one is needed. It sends about 20 short requests.
import { z } from 'zod';
import { estimateTokens } from '../../state/estimateTokens.ts';
import { readUsage } from '../../models/readUsage.ts';

interface Answer {
  status: number;
  texts: string[];
  finish: string[];
  usage: unknown;
  error: string;
}

const Completion = z.object({
  choices: z.array(
    z.object({
      message: z.object({ content: z.string().nullish() }).nullish(),
      text: z.string().nullish(),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: z.unknown().optional(),
});
const ModelList = z.object({ data: z.array(z.object({ id: z.string() })) });

const [address, given] = process.argv.slice(2);
if (!address?.startsWith('http')) {
  process.stderr.write(
    `expected the address of an API, such as http://127.0.0.1:8080/v1, got ${address ?? 'nothing'}\n`,
  );
  process.exit(2);
}
const key = process.env['OPENAI_API_KEY'];
const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
const model = given ?? (await findModel());

async function findModel(): Promise<string> {
  const body: unknown = await (await fetch(`${address}/models`, { headers })).json();
  return ModelList.safeParse(body).data?.data[0]?.id ?? 'default';
}

/** Sends a request; `path` is below the address. */
async function ask(body: object, path = '/chat/completions'): Promise<Answer> {
  const response = await fetch(`${address}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model, ...body }),
    signal: AbortSignal.timeout(180_000),
  }).catch((error: unknown) => new Response(String(error), { status: 599 }));
  const text = await response.text();
  const read = parseCompletion(text);
  return {
    status: response.status,
    texts: read?.choices.map(({ message, text: plain }) => message?.content ?? plain ?? '') ?? [],
    finish: read?.choices.map(({ finish_reason: finish }) => finish ?? '') ?? [],
    usage: read?.usage,
    error: text.slice(0, 160).replaceAll(/\s+/g, ' '),
  };
}

function parseCompletion(text: string): z.infer<typeof Completion> | undefined {
  try {
    return Completion.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const QUESTION = 'Name three animals that live in the sea, in one sentence.';
const messages = [{ role: 'user', content: QUESTION }];
const system = (role: string, content: string): object[] => [{ role, content }, ...messages];
const usual = { messages, max_tokens: 40, temperature: 0 };
const isServed = ({ status, texts }: Answer): boolean => status === 200 && texts.length > 0;
const show = (answer: Answer): string => (isServed(answer) ? 'served' : `${answer.status} ${answer.error}`);

const plain = await ask(usual);
if (!isServed(plain)) {
  process.stderr.write(`expected an answer of ${model} at ${address}, got ${show(plain)}\n`);
  process.exit(1);
}

/** Requests with one thing more, by what it is called in the table. */
const schema = {
  type: 'object',
  properties: { score: { type: 'integer', minimum: 1, maximum: 5 } },
  required: ['score'],
};
const tried: Record<string, object> = {
  temperature: { messages, max_tokens: 5, temperature: 0.7 },
  top_p: { ...usual, top_p: 0.9 },
  max_completion_tokens: { messages, max_completion_tokens: 5 },
  seed: { ...usual, seed: 1 },
  stop: { ...usual, stop: ['zebra'] },
  n: { ...usual, n: 2 },
  'no limit': { messages: [{ role: 'user', content: 'Say hi.' }], temperature: 0 },
  'system role': { ...usual, messages: system('system', 'Answer in capital letters.') },
  'developer role': { ...usual, messages: system('developer', 'Answer in capital letters.') },
  'two user messages': { ...usual, messages: [...messages, ...messages] },
  json_schema: {
    ...usual,
    response_format: { type: 'json_schema', json_schema: { name: 'judgement', schema, strict: true } },
  },
  json_object: { ...usual, response_format: { type: 'json_object' } },
  logprobs: { ...usual, logprobs: true, top_logprobs: 5 },
  'unknown model': { ...usual, model: 'no-such-model' },
};
const answers = new Map<string, Answer>();
for (const [name, body] of Object.entries(tried)) answers.set(name, await ask(body));
answers.set('/completions', await ask({ prompt: 'Once upon a time', max_tokens: 5 }, '/completions'));

const refused = [...answers].filter(([name, answer]) => !isServed(answer) && name !== 'unknown model');
const get = (name: string): Answer => answers.get(name) ?? plain;
const countInput = (answer: Answer): number => readUsage(answer.usage)?.input ?? NaN;
const countOutput = (answer: Answer): number => readUsage(answer.usage)?.output ?? NaN;

/** What the endpoint does with a system message, by the tokens of its prompts. */
function describeSystem(): string {
  if (!isServed(get('system role'))) return 'refused';
  return `a prompt of ${countInput(plain)} tokens without one, of ${countInput(get('system role'))} with one of ${estimateTokens('Answer in capital letters.')}`;
}

/** Whether the usage of two completions counts both. */
function describeUsage(): string {
  const two = get('n');
  if (!isServed(two)) return 'n refused';
  if (two.texts.length < 2) return 'n ignored: one completion';
  const ratio = countOutput(two) / two.texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return `two completions of about ${two.texts.map(estimateTokens).join(' and ')} tokens: ${countOutput(two)} counted (${ratio < 0.75 ? 'one' : 'all'})`;
}

const again = await ask(usual);
const isHeld = /^\s*\{\s*"score"\s*:\s*[1-5]\s*\}\s*$/.test(get('json_schema').texts[0] ?? '');
const lines = {
  model,
  refused: refused.map(([name, answer]) => `${name} (${answer.status})`).join(', ') || 'nothing',
  ignored:
    [
      ...(isServed(get('max_completion_tokens')) && countOutput(get('max_completion_tokens')) > 6
        ? ['max_completion_tokens']
        : []),
      ...(isServed(get('n')) && get('n').texts.length < 2 ? ['n'] : []),
      ...(isServed(get('json_schema')) && !isHeld ? ['json_schema'] : []),
    ].join(', ') || 'nothing',
  'system message': describeSystem(),
  usage: describeUsage(),
  cache: `the same request again: ${JSON.stringify(readUsage(again.usage))}`,
  'unknown model': show(get('unknown model')).slice(0, 80),
};
for (const [name, line] of Object.entries(lines)) process.stdout.write(`${name}: ${line}\n`);
for (const [name, answer] of refused) process.stdout.write(`  ${name}: ${show(answer)}\n`);
