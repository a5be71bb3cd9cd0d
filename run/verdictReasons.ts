import { isPerfect } from '../state/judgement.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { ProofVerdict, VerdictReason } from '../state/verdict.ts';
import { sumCounts } from '../statistics/sumCounts.ts';
import { groupItems } from './countUsual.ts';
import type { OptimizeResult } from './result.ts';

/** What of a result tells why its proof shows no gain. */
export type EvidenceOnGain = Pick<OptimizeResult, 'nodes' | 'rejectedRewrites' | 'reliability'> &
  Partial<Pick<OptimizeResult, 'final'>>;

/** Points by which a reward varies between two judgements of one response, from which on a judge is noisy. */
const NOISY_POINTS = 0.4;
/** Points by which rewards of siblings vary at most if prompts are alike and the judge's noise is not known. */
const ALIKE_POINTS = 0.1;
/** The share of answers with full marks from which on queries are easy. */
const EASY_SHARE = 0.5;
/** The share of rewrites that were rejected from which on it is told. */
const REJECTED_SHARE = 0.5;
/** Answers, rewrites or sibling groups from which on a share says something. */
const MIN_SEEN = 6;
/** Rewrites that show what an optimizer cannot do, by the first word of their reason. */
const UNUSABLE = /^(?:empty|the form|duplicate|near duplicate|unreadable|refus)/;

/** Lists why a proof shows no gain, as far as the run knows. */
export function listVerdictReasons(
  { nodes, rejectedRewrites, reliability, final }: EvidenceOnGain,
  { outcome, queries }: Pick<ProofVerdict, 'outcome' | 'queries'>,
  minQueries: number,
): VerdictReason[] {
  const noise = reliability?.rewardSpread ?? null;
  return [
    ...(outcome === 'no-change' && final ? [describeUnchanged(final.chanceOfLoss)] : []),
    ...(outcome === 'not-settled' && queries < minQueries ? [describeShortage(queries, minQueries)] : []),
    ...(noise !== null && noise >= NOISY_POINTS ? [describeNoise(noise)] : []),
    ...describeSpread(nodes, noise),
    ...describeMarks(nodes),
    ...describeRejections(nodes, rejectedRewrites),
  ];
}

/** Why a final returned the first prompt. */
const describeUnchanged = (chance: number | undefined): VerdictReason =>
  chance === undefined
    ? { code: 'no-rewrite-better', text: 'No rewrite was better than the first prompt on the held-out queries.' }
    : {
        code: 'may-be-worse',
        text: `A rewrite seemed better, but the chance that it is worse than the first prompt is ${Math.ceil(100 * chance)} %. Above 1 % it is not returned. Set final.cautious to false to take such a prompt, or give the run more queries.`,
      };

const describeShortage = (queries: number, minQueries: number): VerdictReason => ({
  code: 'few-queries',
  text: `${queries === 0 ? 'No fresh query was' : `Only ${queries} fresh ${queries === 1 ? 'query was' : 'queries were'}`} judged for both prompts, and nothing is claimed from fewer than ${minQueries}. \`drpo prove\` asks more.`,
});

const describeNoise = (noise: number): VerdictReason => ({
  code: 'judge-noisy',
  text: `The judge is noisy: a reward of the same response varies by ${noise.toFixed(2)} points. Set judge.samples, or use a stronger judge.`,
});

/** Compares the rewards of different prompts on the same query with what the judge's noise alone explains. */
function describeSpread(nodes: readonly Hypothesis[], noise: number | null): VerdictReason[] {
  const groups = groupItems(
    nodes.filter((node) => node.reward !== null),
    ({ depth, query }) => JSON.stringify([depth, query]),
  );
  const siblings = [...groups.values()]
    .map((group) => [...new Map(group.map((node) => [node.prompt, node.reward ?? 0])).values()])
    .filter((rewards) => rewards.length > 1);
  if (siblings.length < MIN_SEEN) return [];
  const squares = siblings.flatMap((rewards) => {
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    return rewards.map((reward) => (reward - mean) ** 2);
  });
  const spread = Math.sqrt(squares.reduce((sum, s) => sum + s, 0) / (squares.length - siblings.length));
  if (spread > Math.max(ALIKE_POINTS, noise ?? 0)) return [];
  const than = noise !== null && noise > ALIKE_POINTS ? `, no more than two judgements of one response` : '';
  return [
    {
      code: 'prompts-alike',
      text: `The prompts are alike: their rewards on a query vary by ${spread.toFixed(2)} points${than}. Use a stronger optimizer, or describe your task in \`task\`.`,
    },
  ];
}

function describeMarks(nodes: readonly Hypothesis[]): VerdictReason[] {
  const judged = nodes.filter(({ evaluation }) => Object.keys(evaluation).length > 0);
  const perfect = judged.filter(({ evaluation }) => isPerfect(evaluation)).length;
  // a search that keeps its first prompt may have few nodes, all of them perfect
  if (
    judged.length === 0 ||
    perfect < EASY_SHARE * judged.length ||
    (judged.length < MIN_SEEN && perfect < judged.length)
  )
    return [];
  return [
    {
      code: 'queries-easy',
      text: `The queries are easy: ${formatShare(perfect, judged.length)} of the answers have full marks. Use harder queries, or a stricter judge.`,
    },
  ];
}

function describeRejections(
  nodes: readonly Hypothesis[],
  rejectedRewrites: Readonly<Record<string, number>>,
): VerdictReason[] {
  const prompts = new Map(nodes.map(({ id, prompt }) => [id, prompt]));
  const used = nodes.filter(({ parent, prompt }) => parent !== null && prompts.get(parent) !== prompt).length;
  const unusable = sumCounts(
    Object.fromEntries(Object.entries(rejectedRewrites).filter(([why]) => UNUSABLE.test(why))),
  );
  const refused = sumCounts(rejectedRewrites) - unusable;
  const all = used + unusable + refused;
  if (all < MIN_SEEN) return [];
  const list = Object.entries(rejectedRewrites).map(([reason, count]) => `${reason} ${count}`);
  return [
    ...(unusable >= REJECTED_SHARE * all
      ? [
          {
            code: 'optimizer-small',
            text: `The optimizer is too small: ${formatShare(unusable, all)} of its rewrites were empty, duplicates or refused (${list.join(', ')}). Use a stronger one (--optimizer MODEL).`,
          },
        ]
      : []),
    ...(refused >= REJECTED_SHARE * all
      ? [
          {
            code: 'rewrites-refused',
            text: `${formatShare(refused, all)} of the rewrites were rejected (${list.join(', ')}). Loosen search.guards, or use another optimizer.`,
          },
        ]
      : []),
  ];
}

const formatShare = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;
