import type { PromptfooAssertion } from './promptfooConfig.ts';

/** Parses a list with commas; a field in quotation marks may hold commas. */
export function parseList(text: string): string[] {
  const fields = text.matchAll(/\s*(?:"((?:\\["\\]|""|[^"])*)"\s*|([^,]*))(?:,|$)/gy);
  return [...fields].flatMap(([whole, quoted, plain = '']) => {
    if (quoted !== undefined) return [quoted.replaceAll(/\\(["\\])|"(")/g, '$1$2')];
    return whole.trim() === '' || whole.trim() === ',' ? [] : [plain.trim()];
  });
}

/** Kinds whose threshold in a table is 0.75 if none is given. */
const WITH_THRESHOLD = new Set([
  'answer-relevance',
  'classifier',
  'context-faithfulness',
  'context-recall',
  'context-relevance',
  'cost',
  'latency',
  'levenshtein',
  'perplexity',
  'perplexity-score',
  'rouge-n',
  'starts-with',
]);

/** Kinds of assertions that a cell can name. Any other text is what the output must be. */
const KINDS = new Set(
  `equals contains icontains contains-all contains-any icontains-all icontains-any starts-with regex is-json contains-json
  javascript similar word-count llm-rubric g-eval factuality model-graded-factuality model-graded-closedqa python webhook latency cost
  levenshtein rouge-n bleu gleu meteor perplexity perplexity-score is-html contains-html is-xml contains-xml is-sql contains-sql
  is-refusal moderation classifier answer-relevance context-faithfulness context-recall context-relevance finish-reason
  is-valid-function-call is-valid-openai-function-call is-valid-openai-tools-call guardrails ruby pi search-rubric select-best
  max-score human conversation-relevance`.split(/\s+/),
);

/** The assertion that a cell of a column `__expected` stands for. */
export function parseExpected(cell: string): PromptfooAssertion {
  const text = cell.trim();
  const code = /^(?:javascript|fn|eval):([\s\S]*)$/.exec(text);
  if (code) return { type: 'javascript', value: code[1]?.trim() };
  if (/^file:\/\/.*\.[cm]?[jt]s$/.test(text)) return { type: 'javascript', value: text };
  const graded = /^(?:grade|llm-rubric):([\s\S]*)$/.exec(text);
  if (graded) return { type: 'llm-rubric', value: graded[1] };
  const [, not = '', type = '', threshold, value] =
    /^(not-)?([a-z][a-z-]*)(?:\((\d+(?:\.\d+)?)\))?(?::([\s\S]*))?$/.exec(text) ?? [];
  if (!KINDS.has(type)) return { type: 'equals', value: text };
  const least = threshold === undefined ? (type === 'similar' ? 0.8 : 0.75) : Number(threshold);
  const isList = /^i?contains-(all|any)$/.test(type);
  return {
    type: `${not}${type}`,
    value: isList && value ? parseList(value) : type === 'is-json' || type === 'contains-json' ? value : value?.trim(),
    ...((type === 'similar' || WITH_THRESHOLD.has(type)) && { threshold: least }),
  };
}
