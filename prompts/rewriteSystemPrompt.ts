import { z } from 'zod';
import type { Evaluation } from '../state/judgement.ts';
import { markKept } from '../state/keptPassages.ts';
import { fence } from './fence.ts';
import { formatTask } from './formatTask.ts';
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
    .map(([aspect, { rationale, score }]) => `- ${aspect}: ${score} of 5. ${rationale}`)
    .join('\n');

/**
 * What the rules that checks hold every response to mean for the prompt. A small optimizer makes no rule of a remark by itself, and
 * takes a prompt for an answer (docs/performance.md#a-task-scored-by-checks).
 */
const renderCheckRule = (rules: readonly string[]): string =>
  `Every answer must keep the rules below, whatever the query is. Make them the first bullets, in plain words that tell the assistant what to do, such as "- Write at most …". The prompt is instructions to the assistant, and never an answer to the query.\n${rules.map((rule) => `   - ${rule}`).join('\n')}`;

const formatVersions = (history: readonly string[]): string =>
  history.length === 0
    ? ''
    : `\nHow the prompt has changed, oldest version first:\n${history
        .map((text, i) => fence(i === history.length - 1 ? 'current-version' : `version-${i + 1}`, text))
        .join('\n')}\n`;

const formatFailedEdits = (failed: readonly string[]): string =>
  failed.length === 0
    ? ''
    : `\nThese lines were tried before and clearly lowered the score. Do not use them again, not even in other words:\n${failed
        .map((text) => fence('did-worse', text))
        .join('\n')}\n`;

/** A prompt with more bullets or characters is one that its owner has put in order. */
const [MAX_BULLETS, MAX_SHORT_CHARS] = [8, 4000];

/** How long the new prompt may be. One that is long already keeps its order, since a rewrite cut to eight bullets would lose most of it. */
const renderLengthRule = (prompt: string): string =>
  prompt.length <= MAX_SHORT_CHARS && countBullets(prompt) <= MAX_BULLETS
    ? `Write at most ${MAX_BULLETS} bullets, and at most 2 more than the current prompt has. Merge bullets instead of dropping one that works.`
    : 'The current prompt is long, so keep its order, its headings and its bullets, whatever rule 1 says. Change what the remarks call for, and write at most 2 more bullets than it has.';

const countBullets = (prompt: string): number => prompt.match(/^[ \t]*(?:[-*•]|\d+[.)]) /gm)?.length ?? 0;

const renderReplyRule = (rules: readonly string[]): string =>
  rules.length > 0
    ? 'In "analysis", say which rules the response broke. In "thought", say which bullets will make the assistant keep them. In "new_system_prompt", write the complete new system prompt.'
    : 'In "analysis", say what the remarks show about the current prompt. In "thought", say what you will change and why. In "new_system_prompt", write the complete new system prompt.';

/** Asks for a better system prompt, given one judged response: the transition s' = T(s, a) of Algorithm 2. */
export function renderRewriteSystemPrompt({
  kept = [],
  rules = [],
  ...variables
}: RewriteSystemPromptVariables): string {
  const more = [
    ...(rules.length > 0 ? [renderCheckRule(rules)] : []),
    ...(kept.length > 0 ? ['Copy each passage between <keep> and </keep> word for word, with its tags.'] : []),
  ];
  const mark = (prompt: string): string => markKept(prompt, kept);
  const v = { ...variables, prompt: mark(variables.prompt), history: variables.history.map(mark) };
  return `\
You improve the system prompt of an assistant. Below are its current system prompt, a query, the assistant's response and a judge's remarks on the response. Write a new system prompt that helps the assistant answer all kinds of queries better, not only this one.
${formatTask(v.task)}
${fence('system-prompt', v.prompt)}

${fence('query', v.query)}

${fence('response', v.response)}

${fence('evaluation', formatRemarks(v.evaluation))}
${formatVersions(v.history)}${formatFailedEdits(v.failedEdits ?? [])}
Rules for the new system prompt:
1. Start with one general paragraph that says who the assistant is and how it works. Then write bullets, each starting with "- ".
2. ${renderLengthRule(variables.prompt)}
3. Keep each bullet general. Use no names, topics or facts from this query.
4. Make the assistant state its limits if they matter: it has no internet, no live data and no way to act in the world. It does not help with harm.
5. Give the assistant the manner of a thoughtful person: a warm and natural tone${rules.length > 0 ? '' : ', and details if they help'}.
6. Keep what the remarks praise. Fix what they criticise.
${more.map((rule, i) => `${i + 7}. ${rule}\n`).join('')}
Reply with one JSON object and nothing else. ${renderReplyRule(rules)}
{"analysis": "...", "thought": "...", "new_system_prompt": "..."}`;
}

export const RewriteSystemPromptReply = z.object({ new_system_prompt: z.string() });

/** The form of its reply. `chars`: characters of the whole reply, most of which are for the new text. */
export const createRewriteSystemPromptForm = (chars: number): z.ZodType =>
  z.strictObject({
    analysis: makeTextSchema(chars / 6),
    thought: makeTextSchema(chars / 6),
    new_system_prompt: z.string(),
  });
