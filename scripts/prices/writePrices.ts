// Writes data/prices.json from the price file in PyPI's litellm: facts alone, in USD per million tokens.
//   pip download --no-deps litellm==1.110.2 && unzip litellm-*.whl litellm/model_prices_and_context_window_backup.json
//   node scripts/prices/writePrices.ts litellm/model_prices_and_context_window_backup.json 1.110.2 2026-11-30
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelPrice, TokenRates } from '../../models/settings.ts';

/** litellm's names of services, and drpo's. */
const SERVICES: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  mistral: 'mistral',
  deepseek: 'deepseek',
  xai: 'xai',
  groq: 'groq',
  cerebras: 'cerebras',
  cohere: 'cohere',
  cohere_chat: 'cohere',
  perplexity: 'perplexity',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  openrouter: 'openrouter',
  bedrock_converse: 'bedrock',
  moonshot: 'moonshot',
  dashscope: 'dashscope',
  zai: 'zai',
};

const cost = z.number().min(0).optional();
const Entry = z.looseObject({
  litellm_provider: z.string().optional(),
  mode: z.string().optional(),
  input_cost_per_token: cost,
  cache_read_input_token_cost: cost,
  cache_creation_input_token_cost: cost,
  output_cost_per_token: cost,
  output_cost_per_reasoning_token: cost,
  input_cost_per_token_batches: cost,
  cache_read_input_token_cost_batches: cost,
  cache_creation_input_token_cost_batches: cost,
  output_cost_per_token_batches: cost,
});

const toPerMillion = (perToken: number): number => Number((perToken * 1e6).toPrecision(6));

/** Rates per million tokens from costs per token; undefined without both of input and output, or if they are free. */
function toRates(input?: number, cached?: number, written?: number, output?: number): TokenRates | undefined {
  if (input === undefined || output === undefined || input + output === 0) return undefined;
  return {
    input: toPerMillion(input),
    ...(cached !== undefined && { cachedInput: toPerMillion(cached) }),
    ...(written && { writtenInput: toPerMillion(written) }),
    output: toPerMillion(output),
  };
}

/** The price of a chat model; undefined if the entry is no chat model or has no price. */
function toPrice(entry: z.infer<typeof Entry>): ModelPrice | undefined {
  const { input_cost_per_token: input, output_cost_per_token: output } = entry;
  const { cache_creation_input_token_cost: written } = entry;
  const { cache_read_input_token_cost: cached, output_cost_per_reasoning_token: reasoning } = entry;
  const rates = toRates(input, cached, written, output);
  if (!['chat', 'responses'].includes(entry.mode ?? '') || !rates) return undefined;
  const batch = toRates(
    entry.input_cost_per_token_batches,
    entry.cache_read_input_token_cost_batches,
    entry.cache_creation_input_token_cost_batches,
    entry.output_cost_per_token_batches,
  );
  return {
    ...rates,
    ...(reasoning !== undefined && reasoning !== output && { reasoning: toPerMillion(reasoning) }),
    ...(batch && { batch }),
  };
}

const [file = '', version = '', date = ''] = process.argv.slice(2);
if (!file || !version || !/^\d{4}-\d\d-\d\d$/.test(date)) {
  process.stderr.write('expected FILE VERSION DATE, such as prices.json 1.110.2 2026-11-30\n');
  process.exit(2);
}
const entries = Object.entries(z.record(z.string(), Entry.catch({})).parse(JSON.parse(readFileSync(file, 'utf8'))));
const models = entries.flatMap(([name, entry]) => {
  const [service, price] = [SERVICES[entry.litellm_provider ?? ''], toPrice(entry)];
  const model = name.replace(new RegExp(`^${entry.litellm_provider ?? ''}/`), '');
  return service && price ? [[`${service}/${model}`, price] as const] : [];
});
const lines = models
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, price]) => `    ${JSON.stringify(name)}: ${JSON.stringify(price)}`);
const head = `  "source": ${JSON.stringify(`litellm ${version}`)},\n  "date": ${JSON.stringify(date)},`;
writeFileSync(
  join(import.meta.dirname, '../../data/prices.json'),
  `{\n${head}\n  "models": {\n${lines.join(',\n')}\n  }\n}\n`,
);
process.stdout.write(`${models.length} prices\n`);
