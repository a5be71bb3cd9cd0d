import { z } from 'zod';
import type { Aspect } from '../state/reward.ts';
import { fence } from './fence.ts';
import { formatTask } from './formatTask.ts';
import type { Selection } from './readSelection.ts';
import { joinSections, type PromptParts } from './promptParts.ts';
import { makeTextSchema } from './replyForm.ts';

export interface SelectRewardsVariables {
  query: string;
  aspects: readonly Aspect[];
  /** The smallest and the largest number of aspects to select. */
  least: number;
  most: number;
  /** What the assistant is for. */
  task?: string | undefined;
  /** Names of the aspects on offer that the assistant's owner added. */
  wanted?: readonly string[];
  /** Names of the aspects that count in any case. */
  constant?: readonly string[];
}

/** What the assistant's owner says of the aspects; empty if nothing. */
export const formatOwnersAspects = (wanted: readonly string[], constant: readonly string[]): string =>
  (wanted.length > 0
    ? `The assistant’s owner asks for ${wanted.join(', ')}. Select each of these that can apply here.\n`
    : '') + (constant.length > 0 ? `These count in any case, so leave them out: ${constant.join(', ')}.\n` : '');

/** Words of the analysis and of the reasoning, as the request states them, and their most characters in the reply's form. */
const [TEXT_WORDS, TEXT_CHARS] = [40, 320];

/** Tokens that a reply needs at most: about four times those of its texts and names. */
export const SELECTION_TOKENS = 1024;

/** Asks which rewards matter for a query (dynamic rewarding: ℝ_q ⊂ ℝ ∪ ℝ*). */
export const renderSelectRewardsPrompt = ({
  query,
  aspects,
  least,
  most,
  task,
  wanted = [],
  constant = [],
}: SelectRewardsVariables): PromptParts => ({
  rules: joinSections(
    `\
You are an impartial judge. You get a query that nobody has answered yet. Decide on which aspects its answers should be scored.

First analyse the query: what the user wants to achieve, what can be understood in more than one way, and what makes it hard for an assistant that has no internet, no live data and no body.

Then select the ${least} to ${most} aspects that matter most for this query. Leave out aspects that do not separate good answers from bad ones. Select from this list:
${aspects.map((a) => `- ${a.name}: ${a.about}.`).join('\n')}
${formatOwnersAspects(wanted, constant)}If something important is missing from the list, add an aspect of your own. Say in "new_aspects" what a score of 5 and a score of 1 mean on it.

Reply with one JSON object and nothing else. In "query_analysis", write your analysis in at most ${TEXT_WORDS} words. In "reasoning", say in at most ${TEXT_WORDS} words why the selected aspects matter for this query.
{
  "query_analysis": "...",
  "aspects_selection": {"reasoning": "...", "selected_aspects": ["...", "..."], "new_aspects": {}}
}`,
    formatTask(task),
  ),
  shared: '',
  fresh: `${fence('query', query)}\n\nReply with the JSON object alone.`,
});

/** The shape of a reward model's reply in the preset "reference", which takes every aspect as it is named. */
export const PlainSelection: z.ZodType<Selection> = z
  .object({
    query_analysis: z.unknown().optional(),
    aspects_selection: z.object({
      reasoning: z.string().catch(''),
      selected_aspects: z.array(z.string().min(1)).min(1),
      new_aspects: z.record(z.string(), z.string()).catch({}),
    }),
  })
  .transform(({ aspects_selection: { reasoning, selected_aspects: names, new_aspects: texts } }) => ({
    reasoning,
    aspects: names.map((name) => ({ name, proposed: Object.hasOwn(texts, name) ? texts[name] : undefined })),
  }));

/** The form of a reward model's reply: names on offer, and a place for one more. `chars`: characters of all its texts. */
export function createSelectRewardsForm(
  { aspects, least, most }: Pick<SelectRewardsVariables, 'aspects' | 'least' | 'most'>,
  chars: number,
): z.ZodType {
  const text = makeTextSchema(chars / 4, TEXT_CHARS);
  const name = z.enum(aspects.map((a) => a.name));
  return z.strictObject({
    query_analysis: text,
    aspects_selection: z.strictObject({
      reasoning: text,
      selected_aspects: z.array(name).min(Math.min(least, aspects.length)).max(most),
      new_aspects: z.array(z.strictObject({ name: z.string().max(40), scoring: text })).max(1),
    }),
  });
}
