import type { FinalOutcome } from '../state/final.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { RunWarning } from './runWarning.ts';
import { fitReason } from './unchangedSearch.ts';

/** What a search found: its prompt and the final that compared it, if there was one. */
export interface FoundPrompt {
  bestPrompt: string;
  final: Pick<FinalOutcome, 'candidates'> | null;
}

/** The share of candidates without a judgement from which on a run warns of it. */
const MUCH = 0.5;

/** Lists what a run's missing judgements mean for its result: a prompt that was never judged, or a search among few candidates. */
export function listMissingWarnings(nodes: readonly Hypothesis[], { bestPrompt, final }: FoundPrompt): RunWarning[] {
  const missing = nodes.filter(isMissing);
  const isOfBest = ({ prompt }: { prompt: string }): boolean => prompt === bestPrompt;
  const lastOfBest = missing.findLast(isOfBest);
  const isJudged =
    nodes.some((node) => isOfBest(node) && !isMissing(node)) ||
    (final?.candidates ?? []).some((candidate) => isOfBest(candidate) && candidate.judged > 0);
  const unjudged =
    lastOfBest === undefined || isJudged
      ? []
      : [
          {
            code: 'best-not-judged',
            text: `The best prompt was never judged (${fitReason(lastOfBest.missing ?? '')}), so nothing says that it is better than the first. Look at models.base and models.judge, and search again with --fresh.`,
          },
        ];
  if (missing.length < MUCH * nodes.length || missing.length === 0) return unjudged;
  const text = `${missing.length} of ${nodes.length} candidates have no judgement, the last because: ${fitReason(missing.at(-1)?.missing ?? '')}. The search chose among the others alone; look at models.base and models.judge.`;
  return [...unjudged, { code: 'judgements-missing', text }];
}

const isMissing = ({ evaluation, missing }: Hypothesis): boolean =>
  missing !== undefined && Object.keys(evaluation).length === 0;
