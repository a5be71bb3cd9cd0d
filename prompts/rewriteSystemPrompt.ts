import { z } from 'zod';
import type { Evaluation } from '../state/judgement.ts';
import { fence } from './fence.ts';

export interface RewriteSystemPromptVariables {
  prompt: string;
  query: string;
  response: string;
  evaluation: Evaluation;
  /** The last prompts of this path, oldest first, the current one last; empty at the root. */
  history: readonly string[];
  /** Edits tried nearby that did worse than what was kept, oldest first. */
  failedEdits?: readonly string[];
}

/** The judge's remarks as a list, each verbatim. */
export const formatRemarks = (evaluation: Evaluation): string =>
  Object.entries(evaluation)
    .map(([aspect, { rationale, score }]) => `- ${aspect}: ${score} of 5. ${rationale}`)
    .join('\n');

const formatVersions = (history: readonly string[]): string =>
  history.length === 0
    ? ''
    : `\nHow the prompt came to be, oldest first:\n${history
        .map((text, i) => fence(i === history.length - 1 ? 'current-version' : `version-${i + 1}`, text))
        .join('\n')}\n`;

const formatFailedEdits = (failed: readonly string[]): string =>
  failed.length === 0
    ? ''
    : `\nLines that were tried before and did clearly worse than what was kept; do not bring them back in other words:\n${failed
        .map((text) => fence('did-worse', text))
        .join('\n')}\n`;

/** Asks for a better system prompt in the light of one judged response (the action and transition of algorithm.md 2). */
export const renderRewriteSystemPrompt = (v: RewriteSystemPromptVariables): string => `\
You improve the system prompt of an assistant. Below are its current system prompt, a query, the assistant's response and a judge's remarks on it. Write a system prompt under which the assistant would do better on all kinds of queries, not on this one alone.

${fence('system-prompt', v.prompt)}

${fence('query', v.query)}

${fence('response', v.response)}

${fence('evaluation', formatRemarks(v.evaluation))}
${formatVersions(v.history)}${formatFailedEdits(v.failedEdits ?? [])}
How to write it:
1. One general paragraph on who the assistant is and how it works, then bullets ("- ").
2. At most 8 bullets in all, and at most 2 more than now. Rather merge bullets than drop one that works.
3. Each bullet is general: no names, topics or facts of this query.
4. Have the assistant say its limits where they matter: no internet, no live data, no action in the world, no help with what is harmful.
5. Give it the ways of a thoughtful person: warmth, detail where it helps, a natural tone.
6. Keep what the remarks praise; mend what they blame.

Reply with one JSON object and nothing else:
{"analysis": "what the remarks say about the current prompt", "thought": "what to change and why", "new_system_prompt": "the whole new prompt"}`;

export const RewriteSystemPromptReply = z.object({ new_system_prompt: z.string() });
