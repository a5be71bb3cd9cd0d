import type { ShortenedPrompt } from '../state/final.ts';

/** Says how much shorter a prompt became, and at which loss. */
export const describeShortening = ({
  words,
  wordsBefore,
  tokens,
  tokensBefore,
  difference,
  queries,
  margin,
}: ShortenedPrompt): string =>
  `Shortened from ${wordsBefore} to ${words} words, about ${tokensBefore - tokens} of ${tokensBefore} tokens less in each request: ${formatPoints(difference.mean)} points (${formatPoints(difference.low)} to ${formatPoints(difference.high)}) against the whole prompt on the ${queries.length} held-out queries that chose the cuts; the limit was a loss of ${margin}.`;

function formatPoints(points: number): string {
  const size = Math.abs(points).toFixed(2);
  return size === '0.00' ? size : `${points < 0 ? '−' : '+'}${size}`;
}
