import { listErrorObjects, readErrorText } from './errorText.ts';

/** Why an endpoint cannot answer this very prompt, so that only another prompt can be answered. */
export interface PromptFault {
  kind: 'content-filter' | 'context-overflow';
  /** What stands before the endpoint's own words. */
  summary: string;
}

/** The statuses with which endpoints refuse a prompt. An error with status 200 has none. */
const PROMPT_FAULT_STATUSES = new Set([undefined, 200, 400, 403, 413, 422, 451, 500]);

const CONTENT_FILTER =
  /content[ _-]?(filter|management|policy|moderation)|responsible ?ai ?polic|requires moderation|moderation (blocked|failed|check)|\b(was|were|been|got) (flagged|blocked|filtered)\b|flagged_input|safety (system|filter|setting|check|polic|reason)|safety_check|violat\w* .{0,40}(polic|guideline|terms)|content exists risk|inappropriate (content|input)|considered high risk|data_?inspection_?failed|new_sensitive|sensitive (content|information|words)|prohibited_content|block_?reason|guardrail/i;

const CONTEXT_OVERFLOW =
  /context[_ ](length|size|window|limit)|exceed_context|maximum (context|prompt|input)|contextwindow|too many (input )?tokens\b(?! per)|(prompt|input|request) (is|was|are) (too long|too large)|longer than the model|token count .*exceeds|exceeds? the maximum number of tokens|too large for model|reduce the length of the (messages|prompt|input)|`inputs` tokens|longer than the maximum|(input|prompt) length exceeds/i;

/** How messages name the most tokens that a model takes. */
const LIMITS = [
  /(\d[\d,]*) (tokens? )?maximum/i,
  /(?:maximum|max)[a-z_' ]*?(?:length|size|window|allowed|limit|tokens)(?: is| of|:)? ?\(?(\d[\d,]*)/i,
  /context(?:[ _](?:length|size|window|limit))?(?: is| of|:)? ?\(?(\d[\d,]*)/i,
  /(?:<=|>|cannot exceed|limit(?: is| of|:)?) ?(\d[\d,]*)/i,
];
const NUMBER = /(?<![\w.\-/])\d[\d,]*(?![\w\-/]|\.\d)/g;
/** Tokens of the prompt alone, apart from those that were asked for. */
const PROMPT_TOKENS =
  /(\d[\d,]*) (?:tokens? )?(?:(?:in|of|from) (?:the |your )?(?:messages|prompt|text input|input)|input tokens)/i;

const toNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text.replaceAll(',', ''));

/** Finds what an error says against its prompt; null if it says nothing, or if only the limit of the reply is too large. */
export function findPromptFault(error: unknown, status: number | undefined): PromptFault | null {
  if (!PROMPT_FAULT_STATUSES.has(status)) return null;
  const text = readErrorText(error);
  if (CONTEXT_OVERFLOW.test(text) || Reflect.get(Object(error), 'name') === 'ContextOverflowError') {
    const { tokens, limit, prompt } = readTokenCounts(error, text);
    if (limit !== undefined && prompt !== undefined && prompt < limit) return null;
    const isCounted = tokens !== undefined || limit !== undefined;
    const counts = `${tokens ?? 'too many'} tokens were sent, and the model takes ${limit ?? 'fewer'}: `;
    return { kind: 'context-overflow', summary: isCounted ? `the context overflows: ${counts}` : '' };
  }
  if (!CONTENT_FILTER.test(text)) return null;
  return { kind: 'content-filter', summary: 'a content filter blocked the request: ' };
}

function readTokenCounts(error: unknown, text: string): Record<'tokens' | 'limit' | 'prompt', number | undefined> {
  const counted = listErrorObjects(error).find((body) => typeof body['n_prompt_tokens'] === 'number');
  const limits = LIMITS.map((pattern) => toNumber(pattern.exec(text)?.[1])).filter((n) => n !== undefined && n > 0);
  const limit = typeof counted?.['n_ctx'] === 'number' ? counted['n_ctx'] : limits[0];
  const numbers = (text.match(NUMBER) ?? []).map((number) => Number(number.replaceAll(',', '')));
  const larger = numbers.find((number) => limit !== undefined && number > limit);
  const tokens = typeof counted?.['n_prompt_tokens'] === 'number' ? counted['n_prompt_tokens'] : larger;
  return { tokens, limit, prompt: toNumber(PROMPT_TOKENS.exec(text)?.[1]) };
}

/** Finish reasons with which providers say that a filter blocked an answer. */
const BLOCKED = /^(content[_-]?filter|safety|prohibited|blocklist|spii|recitation|sensitive|guardrail|image_safety)/i;

/** Whether a finish reason says that a filter blocked the answer. */
export const isBlockedFinish = (finish: string): boolean => BLOCKED.test(finish);
