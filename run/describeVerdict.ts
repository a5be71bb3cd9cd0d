import type { ProofVerdict } from '../state/verdict.ts';

/** Says a verdict in a sentence, with the number of queries and who judged. `kind`: what the queries are called. */
export const describeVerdict = ({ text, queries, judge }: ProofVerdict, kind: 'fresh' | 'held-out' = 'fresh'): string =>
  `${text}.${queries > 0 ? ` On ${queries} ${kind} ${queries === 1 ? 'query' : 'queries'}, judged by ${judge ?? 'checks'}.` : ''}`;
