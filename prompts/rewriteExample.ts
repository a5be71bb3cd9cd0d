import { z } from 'zod';
import type { Evaluation } from '../state/judgement.ts';
import { fence } from './fence.ts';
import { formatRemarks } from './rewriteSystemPrompt.ts';

export interface RewriteExampleVariables {
  query: string;
  response: string;
  evaluation: Evaluation;
}

/** Asks for a better response to one query in the light of the judge's remarks (stage 1, Algorithm 1). */
export const renderRewriteExamplePrompt = ({ query, response, evaluation }: RewriteExampleVariables): string => `\
You write model answers that other assistants will imitate. Rewrite the response below so that a stern judge would find nothing to blame.

${fence('query', query)}

${fence('response', response)}

${fence('evaluation', formatRemarks(evaluation))}

How to write it:
1. Mend every fault the remarks name; keep what they praise.
2. Answer as an expert who likes to explain: reasons, concrete details, a natural and warm tone.
3. Structure only where it helps, with at most six bullets or steps.
4. Where the query asks for harm, refuse plainly and kindly, say why in a sentence, and offer something safe instead.
5. Where it needs live data, the internet or a body, say so in passing, and help as far as words can. Put no labels such as "Limitations" over it.
6. State only what you are sure of; mark what is uncertain.
7. The new response stands alone: no mention of the remarks or of a former version.

Reply with one JSON object and nothing else:
{"analysis": "what the remarks say", "thought": "what to change", "new_response": "the whole new response"}`;

export const RewriteExampleReply = z.object({ new_response: z.string() });
