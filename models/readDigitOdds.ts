import { z } from 'zod';
import type { DigitOdds } from '../state/digitOdds.ts';

/** The most likely tokens of each place that are asked for: as many as there are scores, and no more than older vLLM servers give. */
export const TOP_LOGPROBS = 5;

/** The tokens of a reply as OpenAI's API gives them. */
const Logprobs = z.object({
  content: z.array(
    z.object({
      token: z.string(),
      top_logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).catch([]),
    }),
  ),
});

/** A token that is one score: a digit of 1 to 5, perhaps with a space or marks around it. */
const SCORE_TOKEN = /^[^\p{L}\d]*([1-5])[^\p{L}\d]*$/u;
const readScore = (token: string): number | undefined => {
  const digit = SCORE_TOKEN.exec(token)?.[1];
  return digit === undefined ? undefined : Number(digit);
};

/** Reads how likely each score was at the digits of a text. Empty if the endpoint does not say. */
export function readDigitOdds(text: string, logprobs: unknown): DigitOdds[] {
  if (!logprobs) return [];
  const { content: tokens = [] } = Logprobs.safeParse(logprobs).data ?? {};
  // a server may cut spaces off the text, or leave out the thoughts before it
  const whole = tokens.map(({ token }) => token).join('');
  const start = whole.lastIndexOf(text);
  if (start < 0) return [];
  let end = -start;
  return tokens.flatMap(({ token, top_logprobs: top }) => {
    const at = end + token.search(/[1-5]/);
    end += token.length;
    if (readScore(token) === undefined || at < 0 || at >= text.length || top.length < 2) return [];
    const odds = [1, 2, 3, 4, 5].map((score) =>
      top.reduce((sum, one) => sum + (readScore(one.token) === score ? Math.exp(one.logprob) : 0), 0),
    );
    return odds.some((p) => p > 0) ? [{ at, odds: odds.map((p) => Math.round(p * 1e6) / 1e6) }] : [];
  });
}
