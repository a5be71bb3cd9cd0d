import { z } from 'zod';
import type { Aspect } from '../state/reward.ts';
import { fence } from './fence.ts';

export interface SelectRewardsVariables {
  query: string;
  aspects: readonly Aspect[];
  /** The least and the greatest number of aspects asked for. */
  least: number;
  most: number;
}

/** Asks which rewards matter for a query (dynamic rewarding, ℝ_q ⊂ ℝ ∪ ℝ*). */
export const renderSelectRewardsPrompt = ({ query, aspects, least, most }: SelectRewardsVariables): string => `\
You are an impartial judge. Before anybody answers the query below, decide by which aspects its answers should be judged.

${fence('query', query)}

First look at the query:
1. What is it about?
2. What does the user want to reach?
3. What in it is open to more than one reading?
4. What form should a good answer have?
5. What makes it hard for an assistant that has no internet, no live data and no body?

Then select the ${least} to ${most} aspects that matter most for this query. Leave out what would not tell a good answer from a bad one. These are on offer:
${aspects.map((a) => `- ${a.name}: ${a.about}.`).join('\n')}
Where none of them covers something that matters, name an aspect of your own and say in "new_aspects" what 5 and 1 mean on it.

Reply with one JSON object and nothing else:
{
  "query_analysis": {"main_topic": "...", "user_intent": "...", "ambiguities": "...", "response_format": "...", "challenges": "..."},
  "aspects_selection": {"reasoning": "why these aspects matter here", "selected_aspects": ["...", "..."], "new_aspects": {}}
}`;

/** The shape of the reply (contract, "What models are asked"). */
export const SelectRewardsReply = z.object({
  query_analysis: z.unknown().optional(),
  aspects_selection: z.object({
    reasoning: z.string().catch(''),
    selected_aspects: z.array(z.string().min(1)).min(1),
    new_aspects: z.record(z.string(), z.string()).catch({}),
  }),
});
