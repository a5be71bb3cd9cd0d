import { z } from 'zod';
import type { DigitOdds } from '../state/digitOdds.ts';

/** The most likely tokens of each place that are asked for: as many as there are scores, and no more than vLLM 0.4.3 gives. */
export const TOP_LOGPROBS = 5;

/** How likely a token was. Servers may give null or no number for one of them. */
const Choice = z.object({ token: z.string(), logprob: z.number().max(1) });
type Choice = z.infer<typeof Choice>;
/** Those of a place, without what is none. */
const Choices = z
  .array(z.unknown())
  .catch([])
  .transform((all): Choice[] => all.flatMap((one) => Choice.safeParse(one).data ?? []));

/** The tokens of a reply as OpenAI's API gives them. */
const Logprobs = z.object({
  content: z.array(
    z.object({
      token: z.string(),
      logprob: z.number().max(1).optional().catch(undefined),
      bytes: z.array(z.number()).nullish().catch(undefined),
      top_logprobs: Choices,
    }),
  ),
});
type Token = z.infer<typeof Logprobs>['content'][number];

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
  const spellings = [decodeTokens(tokens), tokens.map(({ token }) => token)];
  const parts = spellings.find((all) => all.join('').includes(text));
  if (!parts) return [];
  let end = -parts.join('').lastIndexOf(text);
  return tokens.flatMap((token, i) => {
    const part = parts[i] ?? '';
    const at = end + part.search(/[1-5]/);
    end += part.length;
    const odds = /[1-5]/.test(part) && at >= 0 && at < text.length ? readOdds(token) : undefined;
    return odds ? [{ at, odds }] : [];
  });
}

/** The text of each token. A character whose bytes are split over several stands in the last of them. */
function decodeTokens(tokens: readonly Token[]): string[] {
  const decoder = new TextDecoder();
  return tokens.map(({ token, bytes }) => (bytes ? decoder.decode(Uint8Array.from(bytes), { stream: true }) : token));
}

/** A place of which one token alone is known tells the odds if that token was nearly sure. */
const NEARLY_SURE = 0.9;

/** The odds of 1 to 5 at a token, whose sum is 1; undefined if it is no score, or its own odds are not known. */
function readOdds({ token, logprob, top_logprobs: top }: Token): number[] | undefined {
  const written = readScore(token);
  if (written === undefined) return undefined;
  const isListed = top.some((one) => readScore(one.token) === written);
  const choices = isListed || logprob === undefined ? top : [...top, { token, logprob }];
  const [only, ...others] = choices;
  if (others.length === 0 && !(only && Math.exp(only.logprob) >= NEARLY_SURE)) return undefined;
  // from the likeliest on, so that none is too small for a number
  const best = Math.max(...choices.flatMap((one) => (readScore(one.token) === undefined ? [] : one.logprob)));
  const odds = [1, 2, 3, 4, 5].map((score) =>
    choices.reduce((sum, one) => sum + (readScore(one.token) === score ? Math.exp(one.logprob - best) : 0), 0),
  );
  const total = odds.reduce((sum, p) => sum + p, 0);
  return odds[written - 1] ? odds.map((p) => Math.round((p / total) * 1e6) / 1e6) : undefined;
}
