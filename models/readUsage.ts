/** The tokens that an endpoint reported for one request. What it did not report, or as nonsense, is left out. */
export interface ReportedUsage {
  input?: number;
  /** The part of the input that came from the provider's cache. */
  cachedInput?: number;
  /** The part of the input that was written to the provider's cache, which costs more. */
  writtenInput?: number | undefined;
  output?: number;
  /** The part of the output that is thinking. */
  reasoning?: number;
}

/** The names of each count, in the formats of OpenAI, Anthropic, Gemini, Bedrock, DeepSeek, LangChain and of proxies. */
const NAMES = {
  input: ['prompt_tokens', 'input_tokens', 'promptTokens', 'inputTokens', 'promptTokenCount', 'prompt_eval_count'],
  output: [
    'completion_tokens',
    'output_tokens',
    'completionTokens',
    'outputTokens',
    'candidatesTokenCount',
    'eval_count',
  ],
  total: ['total_tokens', 'totalTokens', 'totalTokenCount'],
  cached: [
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
    'input_token_details.cache_read',
    'prompt_cache_hit_tokens',
    'cache_read_input_tokens',
    'cacheReadInputTokens',
    'cachedContentTokenCount',
    'cached_tokens',
    'num_cached_tokens',
  ],
  written: ['cache_creation_input_tokens', 'input_token_details.cache_creation', 'cacheWriteInputTokens'],
  reasoning: [
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
    'output_token_details.reasoning',
    'reasoning_tokens',
    'thoughtsTokenCount',
  ],
};

/** Counts of input without the cache (Anthropic, Bedrock), and of output without thoughts (Gemini). */
const CACHE_APART = [
  ['input_tokens', 'cache_read_input_tokens'],
  ['inputTokens', 'cacheReadInputTokens'],
];
const THOUGHTS_APART = [['candidatesTokenCount', 'thoughtsTokenCount']];

/** Reads the usage in a reply of any provider; null if it holds no count. A count of 0 or below is unknown; one may be a text. */
export function readUsage(usage: unknown): ReportedUsage | null {
  const find = (names: readonly string[]): number[] => names.flatMap((name) => findCount(usage, name));
  const [cached, reasoning] = [Math.max(0, ...find(NAMES.cached)), Math.max(0, ...find(NAMES.reasoning))];
  const [reportedInput, reportedOutput, total, written = 0] = (['input', 'output', 'total', 'written'] as const).map(
    (key) => find(NAMES[key])[0],
  );
  const isWithoutCache = hasPair(usage, CACHE_APART) || cached > (reportedInput ?? cached);
  const input = reportedInput && reportedInput + (isWithoutCache ? cached + written : 0);
  const isWithoutThoughts = hasPair(usage, THOUGHTS_APART) || reasoning > (reportedOutput ?? reasoning);
  const output = reportedOutput && reportedOutput + (isWithoutThoughts ? reasoning : 0);
  // Gemini and others leave thoughts out of the output, but not out of the total
  const thoughts = total && input && output ? Math.max(0, total - input - output) : 0;
  const counts = {
    input: input ?? (total && output && total > output ? total - output : undefined),
    cachedInput: cached || undefined,
    writtenInput: written || undefined,
    output: output ? output + thoughts : total && input && total > input ? total - input : undefined,
    reasoning: Math.max(reasoning, thoughts) || undefined,
  };
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  return counts.input === undefined && counts.output === undefined ? null : Object.fromEntries(known);
}

/** Whether a usage has both names of a pair whose counts do not overlap in its provider's own format. A count may be 0. */
const hasPair = (usage: unknown, pairs: readonly (readonly string[])[]): boolean =>
  pairs.some((names) => names.every((name) => findValue(usage, name) !== null));

const findValue = (usage: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : null), usage);

/** The count at a path, in a list; the list is empty if there is none. */
function findCount(usage: unknown, path: string): number[] {
  const value = findValue(usage, path);
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? [count] : [];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
