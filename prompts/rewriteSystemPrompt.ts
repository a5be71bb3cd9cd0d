import { z } from 'zod';
import type { Evaluation } from '../state/judgement.ts';
import { markKept } from '../state/keptPassages.ts';
import { fence } from './fence.ts';
import { formatTask } from './formatTask.ts';
import { joinPromptLines, type LineLimits } from './promptLines.ts';
import { joinSections, type PromptParts } from './promptParts.ts';
import { createReplyReader, type ReadResult } from './reply.ts';
import { makeTextSchema } from './replyForm.ts';

export interface RewriteSystemPromptVariables {
  prompt: string;
  query: string;
  response: string;
  evaluation: Evaluation;
  /** The last prompts of this path, oldest first. The current one is last. Empty at the root. */
  history: readonly string[];
  /** Lines of rewrites that scored lower than their siblings, oldest first. */
  failedEdits?: readonly string[];
  /** What the assistant is for. */
  task?: string | undefined;
  /** Rules that every response is checked by. */
  rules?: readonly string[];
  /** Passages that must stay word for word. They are shown between <keep> and </keep>. */
  kept?: readonly string[];
}

/** Lists the judge's remarks, each verbatim. */
export const formatRemarks = (evaluation: Evaluation): string =>
  Object.entries(evaluation)
    .map(([aspect, { rationale, score }]) => `- ${aspect}: ${Number(score.toFixed(2))} of 5. ${rationale}`)
    .join('\n');

/**
 * What the rules that checks hold every response to mean for the prompt. It comes last: a small optimizer makes no rule of a remark
 * by itself, and takes the prompt for an answer to the query.
 */
const renderCheckRule = (rules: readonly string[]): string =>
  rules.length === 0
    ? ''
    : `Every answer must keep the rules below, whatever the query is. Make them the first bullets, in plain words that tell the assistant what to do, such as "- Write at most …". The new prompt is instructions to the assistant, and never an answer to the query.\n${rules.map((rule) => `- ${rule}`).join('\n')}`;

/** A text of another query's rule would be of no use, so a rule that one query has calls for a general one. */
const renderQueryRule = (evaluation: Evaluation): string => {
  const own = Object.entries(evaluation).flatMap(([name, { isOfQuery }]) => (isOfQuery ? [name] : []));
  return own.length === 0
    ? ''
    : `These remarks are about rules of this query alone, and other queries have other rules: ${own.join(', ')}. So the new prompt names none of these rules, and asks for nothing that only this query asks for. It tells the assistant how to keep any rule that a query states: to look for all of them before it answers, to keep each one to the letter, and to check the answer against each one. The new prompt is instructions to the assistant, and never an answer to the query.`;
};

const formatEarlierVersions = (versions: readonly string[]): string =>
  versions.length === 0
    ? ''
    : `How the prompt has changed so far, oldest version first:\n${fence(
        'earlier-versions',
        versions.map((text, i) => fence(`version-${i + 1}`, text)).join('\n'),
      )}`;

/** Lines that lowered the score; empty if there are none. */
export const formatFailedEdits = (failed: readonly string[]): string =>
  failed.length === 0
    ? ''
    : `\nThese lines were tried before and clearly lowered the score. Do not use them again, not even in other words:\n${failed
        .map((text) => fence('did-worse', text))
        .join('\n')}\n`;

/** A prompt with more bullets or characters is one that its owner has put in order. */
const [MAX_BULLETS, MAX_SHORT_CHARS] = [8, 4000];

/** How long the new prompt may be. One that is long already keeps its order, since a rewrite cut to eight bullets would lose most of it. */
export const renderLengthRule = (prompt: string): string =>
  prompt.length <= MAX_SHORT_CHARS && countBullets(prompt) <= MAX_BULLETS
    ? `Write at most ${MAX_BULLETS} bullets, and at most 2 more than the current prompt has. Merge bullets instead of dropping one that works.`
    : 'The current prompt is long, so keep its order, its headings and its bullets, whatever rule 1 says. Change what the remarks call for, and write at most 2 more bullets than it has.';

const countBullets = (prompt: string): number => prompt.match(/^[ \t]*(?:[-*•]|\d+[.)]) /gm)?.length ?? 0;

/** Words of the analysis and of the thought, as the request states them, and their most characters in the reply's form. */
const [TEXT_WORDS, TEXT_CHARS] = [50, 400];

/** Asks for a better system prompt, given one judged response: the transition s' = T(s, a) of Algorithm 2. */
export function renderRewriteSystemPrompt({ kept = [], rules = [], ...v }: RewriteSystemPromptVariables): PromptParts {
  const [prompt = v.prompt, ...history] = [v.prompt, ...v.history].map((text) => markKept(text, kept));
  return {
    rules: joinSections(
      `\
You improve the system prompt of an assistant. You get its current system prompt, a query, the assistant's response and a judge's remarks on the response. Write a new system prompt that helps the assistant answer all kinds of queries better, not only this one.

Rules for the new system prompt:
1. Start with one general paragraph that says who the assistant is and how it works. Then write bullets, each starting with "- ".
2. ${renderLengthRule(v.prompt)}
3. Keep each bullet general. Use no names, topics or facts from this query.
4. Make the assistant state its limits if they matter: it has no internet, no live data and no way to act in the world. It does not help with harm.
5. Give the assistant the manner of a thoughtful person: a warm and natural tone${rules.length > 0 ? '' : ', and details if they help'}.
6. Keep what the remarks praise. Fix what they criticise.
${kept.length > 0 ? '7. Copy each passage between <keep> and </keep> word for word, with its tags.\n' : ''}
Reply with one JSON object and nothing else. In "analysis", say in at most ${TEXT_WORDS} words what the remarks show about the current prompt. In "thought", say in at most ${TEXT_WORDS} words what you will change and why. In "new_system_prompt", write the complete new system prompt.
{"analysis": "...", "thought": "...", "new_system_prompt": "..."}`,
      formatTask(v.task),
    ),
    shared: joinSections(
      formatEarlierVersions(history.at(-1) === prompt ? history.slice(0, -1) : history),
      `The current system prompt:\n${fence('system-prompt', prompt)}`,
      formatFailedEdits(v.failedEdits ?? []),
    ),
    fresh: joinSections(
      fence('query', v.query),
      fence('response', v.response),
      fence('evaluation', formatRemarks(v.evaluation)),
      renderCheckRule(rules),
      renderQueryRule(v.evaluation),
      'Reply with the JSON object alone.',
    ),
  };
}

const readRewrite = createReplyReader(z.object({ new_system_prompt: z.union([z.string(), z.array(z.string())]) }));

/** Reads the new prompt from a reply: a text, or a list of lines of at most `lineChars` characters. */
export function readRewrittenPrompt(reply: string, lineChars = Number.POSITIVE_INFINITY): ReadResult<string> {
  const reading = readRewrite(reply);
  if ('complaint' in reading) return reading;
  const { new_system_prompt: written } = reading.value;
  const prompt = typeof written === 'string' ? written : joinPromptLines(written, lineChars);
  return prompt !== '' || written === ''
    ? { value: prompt }
    : { complaint: 'new_system_prompt: expected a prompt, got no whole sentence' };
}

/** The form of its reply, with the new prompt in lines. `chars`: characters of the whole reply. */
export const createRewriteSystemPromptForm = (chars: number, limits: LineLimits): z.ZodType =>
  z.strictObject({
    analysis: makeTextSchema(chars / 6, TEXT_CHARS),
    thought: makeTextSchema(chars / 6, TEXT_CHARS),
    new_system_prompt: z.array(z.string().max(limits.chars)).min(1).max(limits.lines),
  });
