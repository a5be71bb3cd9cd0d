import { z } from 'zod';
import type { Evaluation } from '../state/judgement.ts';
import { fence } from './fence.ts';
import { joinSections, type PromptParts } from './promptParts.ts';
import { makeTextSchema } from './replyForm.ts';
import { formatRemarks } from './rewriteSystemPrompt.ts';

export interface RewriteExampleVariables {
  query: string;
  response: string;
  evaluation: Evaluation;
}

/** Words of the analysis and of the thought, as the request states them, and their most characters in the reply's form. */
const [TEXT_WORDS, TEXT_CHARS] = [50, 400];

/** The rules that every rewritten response keeps, in both presets. */
export const EXAMPLE_RULES = `\
Rules for the new response:
1. Fix every fault that the remarks name. Keep what they praise.
2. Answer as an expert who likes to explain. Give reasons and concrete details in a natural and warm tone.
3. Use bullets or steps only if they help, and at most six.
4. If the query asks for harm, refuse plainly and kindly. Say why in one sentence, and offer something safe instead.
5. If the query needs live data, the internet or a body, say so briefly and help as far as words can. Use no label such as "Limitations" for this.
6. State only what you are sure of. Say what is uncertain.
7. Do not mention the remarks or an earlier version.`;

/** Asks for a better response to one query, given the judge's remarks: the transition s' = T(s, a) of Algorithm 1. */
export const renderRewriteExamplePrompt = ({ query, response, evaluation }: RewriteExampleVariables): PromptParts => ({
  rules: `\
You write model answers that other assistants will imitate. You get a query, a response to it and a strict judge's remarks. Rewrite the response so that the judge finds no fault with it.

${EXAMPLE_RULES}

Reply with one JSON object and nothing else. In "analysis", say in at most ${TEXT_WORDS} words what the remarks show. In "thought", say in at most ${TEXT_WORDS} words what you will change. In "new_response", write the complete new response.
{"analysis": "...", "thought": "...", "new_response": "..."}`,
  shared: fence('query', query),
  fresh: joinSections(
    fence('response', response),
    fence('evaluation', formatRemarks(evaluation)),
    'Reply with the JSON object alone.',
  ),
});

export const RewriteExampleReply = z.object({ new_response: z.string() });

/** The form of its reply. `chars`: characters of the whole reply, most of which are for the new text. */
export const createRewriteExampleForm = (chars: number): z.ZodType =>
  z.strictObject({
    analysis: makeTextSchema(chars / 6, TEXT_CHARS),
    thought: makeTextSchema(chars / 6, TEXT_CHARS),
    new_response: z.string(),
  });
