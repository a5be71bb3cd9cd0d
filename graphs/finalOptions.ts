/** The comparison on held-out queries that ends a search. */
export interface FinalOptions {
  /** Prompts that are compared besides the first one, 2 or more. */
  candidates: number;
  /** Held-out queries that choose the challenger, 2 or more. */
  selectionQueries: number;
  /** Share of the search's judgements that the final takes at most, above 0 and up to 1. Default: 0.4. */
  share?: number;
  /** Whether the first prompt is returned unless the chance that the challenger is worse is below 1 %. Default: true. */
  cautious?: boolean;
  proof: ProofOptions;
  /** Whether sections of the winner are left out as long as that shows no loss. Its calls come on top. Default: false. */
  shorten?: boolean | ShortenOptions;
}

/** The step that shortens the winner. */
export interface ShortenOptions {
  /** Points, above 0 and below 4, by which the shorter prompt may be worse. Default: the proof's margin. */
  margin?: number;
  /** Cuts that are tried at most, 1 to 100. Default: 8. */
  maxCuts?: number;
}

/** The proof on fresh queries, winner against first prompt, which ends once the question is settled or the final's share is spent. */
export interface ProofOptions {
  /** Queries before anything is claimed, 2 or more. Default: 6, or `maxQueries` if that is less. */
  minQueries?: number;
  /** Queries at most, 2 or more. */
  maxQueries: number;
  /** Points, above 0 and below 4, below which a difference does not matter. Default: 0.2. */
  margin?: number;
}

/** The options of a final with their defaults filled in. */
export interface ResolvedFinal extends Required<Omit<FinalOptions, 'proof' | 'shorten'>> {
  proof: Required<ProofOptions>;
  shorten: false | Required<ShortenOptions>;
}

const DEFAULT_MAX_CUTS = 8;

/** The final of the default preset. */
export const DEFAULT_FINAL: ResolvedFinal = {
  candidates: 6,
  selectionQueries: 6,
  share: 0.4,
  cautious: true,
  proof: { minQueries: 6, maxQueries: 40, margin: 0.2 },
  shorten: false,
};

/** Fills in the defaults of a final. Idempotent. */
export const resolveFinal = ({
  share = DEFAULT_FINAL.share,
  cautious = DEFAULT_FINAL.cautious,
  proof: { margin = DEFAULT_FINAL.proof.margin, ...proof },
  shorten = false,
  ...final
}: FinalOptions): ResolvedFinal => ({
  ...final,
  share,
  cautious,
  proof: { minQueries: Math.min(DEFAULT_FINAL.proof.minQueries, proof.maxQueries), margin, ...proof },
  shorten: shorten && { margin, maxCuts: DEFAULT_MAX_CUTS, ...(shorten === true ? {} : shorten) },
});

/** Tells whether a final has the sizes of the default. */
export const isDefaultFinal = ({ candidates, selectionQueries, proof }: ResolvedFinal): boolean =>
  candidates === DEFAULT_FINAL.candidates &&
  selectionQueries === DEFAULT_FINAL.selectionQueries &&
  proof.maxQueries === DEFAULT_FINAL.proof.maxQueries;

/** Counts the rounds of a final in which the entrants are halved. Each round has its share of the selection queries. */
export const countRounds = (entrants: number, queries: number): number =>
  Math.max(1, Math.min(queries, Math.ceil(Math.log2(Math.max(2, entrants - 1)))));

/** Counts the judgements of a final: each round's by the remaining prompts and the first one, then the proof's by two. */
export function countFinalEvaluations({ candidates, selectionQueries, proof }: FinalOptions): number {
  const rounds = countRounds(candidates + 1, selectionQueries);
  let sum = 2 * proof.maxQueries;
  for (let round = 0, remaining = candidates; round < rounds; round++, remaining = Math.ceil(remaining / 2))
    sum += (remaining + 1) * Math.ceil(selectionQueries / rounds);
  return sum;
}

/** Counts the judgements that shortening the winner takes at most: each cut and the winner on all queries of the final. */
export const countShorteningEvaluations = ({ shorten, selectionQueries, proof }: ResolvedFinal): number =>
  shorten ? (shorten.maxCuts + 1) * (selectionQueries + proof.maxQueries) : 0;

/**
 * Fits a final to its share of a search of so many judgements. The selection shrinks first, to two prompts on two queries, so that
 * the proof keeps the queries that it needs to claim anything. What is left of the share goes to the proof.
 */
export function fitFinalToShare(final: ResolvedFinal, judgements: number): ResolvedFinal {
  const affords = (fit: ResolvedFinal): boolean => countFinalEvaluations(fit) <= final.share * judgements;
  let fit = withProofQueries(final, Math.min(final.proof.maxQueries, Math.max(2, final.proof.minQueries)));
  while (!affords(fit) && fit.selectionQueries > 2)
    fit = { ...fit, candidates: Math.max(2, fit.candidates - 1), selectionQueries: fit.selectionQueries - 1 };
  while (!affords(fit) && fit.proof.maxQueries > 2) fit = withProofQueries(fit, fit.proof.maxQueries - 1);
  return extendProof(fit, final.proof.maxQueries, judgements);
}

/** Keeps the sizes of a final that are not the default. The default number of the proof's queries is a limit, not a size. */
export const keepSizes = (final: ResolvedFinal, judgements: number): ResolvedFinal =>
  final.proof.maxQueries === DEFAULT_FINAL.proof.maxQueries
    ? extendProof(withProofQueries(final, final.proof.minQueries), final.proof.maxQueries, judgements)
    : final;

/** Gives the proof what is left of the final's share. */
function extendProof(final: ResolvedFinal, maxQueries: number, judgements: number): ResolvedFinal {
  let fit = final;
  for (let more = fit; countFinalEvaluations(more) <= final.share * judgements && more.proof.maxQueries <= maxQueries;)
    more = withProofQueries((fit = more), more.proof.maxQueries + 1);
  return fit;
}

const withProofQueries = (final: ResolvedFinal, maxQueries: number): ResolvedFinal => ({
  ...final,
  proof: { ...final.proof, maxQueries },
});

/** Fits a final to a search of so many judgements. Null: that search is too small for it. */
export function fitOrDropFinal(final: ResolvedFinal, judgements: number): ResolvedFinal | null {
  const fit = fitFinalToShare(final, judgements);
  return countFinalEvaluations(fit) > final.share * judgements ? null : fit;
}
