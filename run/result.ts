import { sumBudgetUsage, type Adjustment, type UsageTotals } from '../models/cache/usageTotals.ts';
import type { TokenUsage } from '../models/transport.ts';
import type { FinalOutcome } from '../state/final.ts';
import type { ProofVerdict } from '../state/verdict.ts';
import type { RunEvent } from './runEvent.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import { listCallWarnings } from './callWarnings.ts';
import type { RunWarning } from './runWarning.ts';
import { listReplyWarnings } from './replyWarnings.ts';
import { listWarnings } from './warnings.ts';

/** The outcome of a search, or its best so far if it was stopped. */
export interface SearchOutcome {
  bestPrompt: string;
  bestId: string;
  value: number | null;
  stoppedBy: string;
  levels: number;
  beam: readonly string[];
  final: FinalOutcome | null;
}

/** How far the judge agrees with itself on the very same response. */
export interface JudgeReliability {
  /** Judgements that were repeated. */
  judgements: number;
  /** Aspects scored both times, and the standard deviation of one such score, in points of 5. */
  scores: number;
  spread: number | null;
  /** The same of a reward, the mean over the aspects of one judgement. */
  rewardSpread: number | null;
}

/** What `result.json` holds. */
export interface OptimizeResult extends Omit<SearchOutcome, 'beam'> {
  /** What the proof says of the returned prompt against the first one. Null: there was to be none, or the run has not come to it. */
  verdict: ProofVerdict | null;
  nodes: (Hypothesis & { kept: boolean })[];
  /** Null if unknown, as retries, tokens and dollars: a run at a server that did not report its usage. */
  calls: Record<string, number> | null;
  retries: Record<string, unknown> | null;
  failures: Record<string, unknown>;
  missing: { judgements: number; responses: number };
  /** Rewrites that a guard or the safety floor rejected, by reason: no failures. */
  rejectedRewrites: Record<string, number>;
  /** `estimated`: those of the input and output that an endpoint did not count. */
  tokens: Record<string, TokenUsage> | null;
  usd: number | null;
  /** The same by role; a role without a price is left out. */
  usdByRole: Record<string, number> | null;
  /** Calls in which models corrected replies that could not be read, their tokens, and these as a share of all tokens. */
  repairs: { calls: number; tokens: number; share: number | null } | null;
  /** Answers of the judge whose scores were means over odds; null if points were to count (`judge.scoring`). */
  judgedByOdds: number | null;
  /** Parameters that an endpoint refused. `sentAs`: the name since then; null if the parameter is left out. */
  adjustments: Adjustment[];
  seconds: number;
  /** How far the judge agrees with itself, in points; null if it was not measured (`judge.reliabilityChecks`). */
  reliability: JudgeReliability | null;
  /** What its user should know first, such as a judge that measures nothing; the gravest first. */
  warnings: RunWarning[];
  /** SHA-256 of the files that were written with it, in hexadecimal digits. A damaged file is written again or refused. */
  digests: Record<string, string>;
  /** Lines that the files which only grow held at least when it was written. A file with fewer is damaged. */
  records?: Record<string, number>;
  /** The server and the thread that computed it; left out for a run of this machine. */
  remote?: { url: string; thread: string };
  /** The run and the node it is a branch of, and that node's prompt in the branch; null if it is unchanged. */
  branch?: { run: string; node: string; prompt: string | null };
}

/** What a result depends on besides. `keepPromptAbove`: 1 to 5. */
export interface ResultDetails {
  reliability?: JudgeReliability | null;
  keepPromptAbove?: number;
  /** How the judge was to score (`judge`); points by default. */
  judge?: { scoring: 'points' | 'expected'; remarks: 'always' | 'when-rewritten' };
  /** Whether checks alone gave the points. */
  onlyChecks?: boolean;
  branch?: OptimizeResult['branch'];
}

/** The result of a run from its search's outcome, its journal and its usage. A node is kept if it was expanded or is in the last beam. */
export function buildResult(
  { beam, ...outcome }: SearchOutcome,
  nodes: readonly Hypothesis[],
  tally: UsageTotals | null,
  events: readonly RunEvent[],
  seconds: number,
  { reliability = null, keepPromptAbove = 5, onlyChecks = false, judge, branch }: ResultDetails = {},
): OptimizeResult {
  const kept = new Set([...nodes.flatMap((n) => n.parent ?? []), ...beam]);
  const rejectedRewrites = countEvents(events, 'rejected');
  return {
    ...outcome,
    verdict: null,
    nodes: nodes.map((n) => ({ ...n, kept: kept.has(n.id) })),
    calls: tally?.calls ?? null,
    retries: tally?.retries ?? null,
    failures: countFailures(tally, events),
    rejectedRewrites,
    missing: {
      judgements: nodes.filter((n) => Object.keys(n.evaluation).length === 0).length,
      responses: nodes.filter((n) => n.missing?.startsWith('no response')).length,
    },
    tokens: tally?.tokens ?? null,
    usd: tally?.usd ?? null,
    usdByRole: tally && Object.fromEntries(Object.entries(tally.usdByRole).filter(([, usd]) => usd > 0)),
    repairs: tally && summarizeRepairs(tally),
    judgedByOdds: judge?.scoring === 'expected' ? (tally?.judgedByOdds ?? null) : null,
    adjustments: tally?.adjustments ?? [],
    seconds,
    reliability,
    warnings: [
      ...listWarnings(nodes, { ...outcome, keepPromptAbove, rejectedRewrites, branch, onlyChecks }),
      ...listReplyWarnings(tally, events, judge?.scoring === 'expected' && judge.remarks === 'always'),
      ...(tally ? listCallWarnings(tally) : []),
      ...events.flatMap(({ id, kind, what }) =>
        kind === 'warning' ? [{ code: id.replace(/\/.*/, ''), text: what }] : [],
      ),
    ],
    digests: {},
  };
}

function summarizeRepairs(tally: UsageTotals): NonNullable<OptimizeResult['repairs']> {
  const all = sumBudgetUsage(tally).tokens;
  return { ...tally.repairs, share: all > 0 ? tally.repairs.tokens / all : null };
}

/** How often each kind of failure happened, none of which ended the run. */
export const countFailures = (tally: UsageTotals | null, events: readonly RunEvent[]): OptimizeResult['failures'] => ({
  calls: tally?.failed ?? null,
  finish: tally?.finish ?? null,
  unreadable: countEvents(events, 'unreadable'),
  responses: countEvents(events, 'cut'),
});

/** How often events of a kind happened, by what they say up to a colon. */
export function countEvents(events: readonly RunEvent[], kind: RunEvent['kind']): Record<string, number> {
  const what = events.filter((e) => e.kind === kind).map((e) => e.what.replace(/:.*/s, ''));
  return Object.fromEntries([...new Set(what)].toSorted().map((w) => [w, what.filter((o) => o === w).length]));
}

/** Finds the best of the deepest nodes, by the mean reward of their paths: the first prompt if no other was judged. */
export function findBestJudged(
  nodes: readonly Hypothesis[],
  initialPrompt: string,
): Omit<SearchOutcome, 'stoppedBy' | 'final'> {
  const levels = Math.max(0, ...nodes.map((n) => n.depth));
  const [best] = nodes
    .filter((n) => n.depth === levels && n.depth > 0 && n.value !== null)
    .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
  if (!best) return { bestPrompt: initialPrompt, bestId: '0', value: null, levels: 0, beam: ['0'] };
  return { bestPrompt: best.prompt, bestId: best.id, value: best.value, levels, beam: [best.id] };
}

/** The nodes from the root to a node. */
export function collectPath(id: string, nodes: readonly Hypothesis[]): Hypothesis[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const path: Hypothesis[] = [];
  for (let node = byId.get(id); node; node = node.parent === null ? undefined : byId.get(node.parent))
    path.unshift(node);
  return path;
}

/**
 * The reference's `output.json`: prompt and evaluation of each state along the best path, scores as strings. Its last prompt is the
 * result. A prompt that was shortened after the search is a level of its own, without an evaluation.
 */
export function toReferenceOutput(path: readonly Hypothesis[], bestPrompt: string): Record<string, unknown> {
  const isShortened = path.length > 0 && path.at(-1)?.prompt !== bestPrompt;
  const states = [...path, ...(isShortened ? [{ prompt: bestPrompt, evaluation: {} }] : [])];
  const level = ({ prompt, evaluation }: Pick<Hypothesis, 'prompt' | 'evaluation'>): unknown => ({
    Prompt: prompt,
    'Evaluation of the prompt': Object.fromEntries(
      Object.entries(evaluation).map(([a, s]) => [a, { rationale: s.rationale, score: String(s.score) }]),
    ),
  });
  return Object.fromEntries(states.map((state, i) => [`level ${i + 1}`, level(state)]));
}
