import type { SearchNodes } from '../../nodes/node.ts';
import type { Candidate, CandidateDraft } from '../../state/hypothesis.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import type { Ahead, Speculated } from './begun.ts';
import { makeChildren, orderLevel, makeKeptDraft, toRewriteInput, countRewrites } from '../beam/children.ts';
import { toEvaluationInput, evaluatePrompt, type ScheduledQuery } from '../evaluateCandidate.ts';
import { estimateBeamLevel } from '../beam/estimateLevel.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { survival } from './survival.ts';

/** Chance of survival from which a candidate is rewritten ahead, and from which its children are answered and judged. */
const REWRITTEN_FROM = 0.4;
const JUDGED_FROM = 0.6;
/** Rewards remembered, as distances from their level's mean. */
const REMEMBERED = 60;

/** A candidate whose children were begun ahead; `since`: milliseconds, of the process's clock. */
interface Begun {
  owner: string;
  nodes: Speculated;
  since: number;
  /** Rewrites asked for; 0 where the prompt is kept. */
  actions: number;
  drafts: CandidateDraft[] | null;
  judging: boolean;
}

interface Level {
  run: string;
  parents: readonly Candidate[];
  /** The query its children will be judged on, should the search get there. */
  next: ScheduledQuery | null;
  judged: Candidate[];
  begun: Map<string, Begun>;
  ranked: boolean;
  /** Owners of what the level's own parents had begun: taken up by now, or never. */
  former: readonly string[];
}

/**
 * Below the critical path: while a level waits for its slowest chain, those of it that will probably be in the beam are
 * rewritten, and their children answered and judged, ahead of the graph. What proves needless is called off. The graph
 * itself is unchanged and takes up what it finds begun, so the result is the same; only calls and time differ.
 */
export class Speculation {
  readonly #ahead: Ahead;
  readonly #options: ResolvedSearchOptions;
  readonly #nodes: SearchNodes;
  /** By run; runs without a thread share an entry, and then foresee less well. */
  readonly #levels = new Map<string, Level>();
  #deviations: number[] = [];

  constructor(ahead: Ahead, nodes: SearchNodes, options: ResolvedSearchOptions) {
    this.#ahead = ahead;
    this.#nodes = nodes;
    this.#options = options;
  }

  /** A candidate of the level at work has been judged. */
  judged(run: string, candidate: Candidate): void {
    const level = this.#levels.get(run);
    if (!level?.next || !level.parents.some((p) => p.id === candidate.parent)) return;
    level.judged.push(candidate);
    this.#consider(level, level.next);
  }

  /** A level is ranked: what was begun for the pruned is called off. Empty where the search ends with it; `next`: null where it ends with the next. */
  ranked(run: string, level: readonly Candidate[], next: ScheduledQuery | null): void {
    const beam = level.slice(0, this.#options.beamWidth);
    const before = this.#levels.get(run);
    if (before) this.#settle(before, beam);
    const former = [...(before?.begun.values() ?? [])].map(({ owner }) => owner);
    this.#levels.set(run, { run, parents: beam, next, judged: [], begun: new Map(), ranked: false, former });
    const rewards = level.flatMap((c) => c.reward ?? []);
    const about = computeMean(rewards) ?? 0;
    this.#deviations = [...this.#deviations, ...rewards.map((r) => r - about)].slice(-REMEMBERED);
  }

  #consider(level: Level, next: ScheduledQuery): void {
    const out = this.#unjudged(level);
    if (out.length === 0) return; // the graph itself is about to go on
    const sofar = orderLevel(estimateBeamLevel(level.judged, this.#options).level, this.#options);
    const wanted = countRewrites(sofar, this.#options);
    for (const [rank, candidate] of sofar.entries()) {
      const actions = wanted[rank] ?? 0;
      const chance = survival(candidate, { judged: level.judged, out }, this.#deviations, this.#options);
      const begun = level.begun.get(candidate.id);
      if (!begun && chance >= (actions > 0 ? REWRITTEN_FROM : JUDGED_FROM))
        void this.#rewrite(candidate, actions, level, next);
      else if (begun?.drafts && !begun.judging && chance >= JUDGED_FROM) this.#judge(begun, next);
    }
  }

  /** The children of the level's parents that are still out, as far as they can be known. */
  #unjudged({ parents, judged }: Level): CandidateDraft[] {
    const known = new Set(judged.map((c) => c.id));
    const wanted = countRewrites(parents, this.#options);
    return parents
      .flatMap((parent, rank) => {
        const unknown = Array.from({ length: wanted[rank] ?? 0 }, (_, i) => `unknown ${i}`);
        return makeChildren(parent, unknown, '', rank * this.#options.actions, this.#options);
      })
      .filter((draft) => !known.has(draft.id));
  }

  async #rewrite(candidate: Candidate, actions: number, level: Level, next: ScheduledQuery): Promise<void> {
    const owner = `${level.run} ${candidate.id}`;
    const nodes = this.#ahead.beginning(this.#nodes, owner);
    const since = performance.now();
    const begun: Begun = { owner, nodes, since, actions, drafts: null, judging: false };
    level.begun.set(candidate.id, begun);
    try {
      begun.drafts = await this.#children(candidate, begun, next.query);
      if (!level.ranked) this.#consider(level, next);
    } catch {
      // whoever takes the call up is told
    }
  }

  async #children(candidate: Candidate, { nodes, actions }: Begun, query: string): Promise<CandidateDraft[]> {
    if (actions === 0) return [makeKeptDraft(candidate, query, 0, this.#options)];
    const { prompts } = await nodes.rewriteSystemPrompt(toRewriteInput(candidate, actions));
    return makeChildren(candidate, prompts, query, 0, this.#options);
  }

  #judge(begun: Begun, next: ScheduledQuery): void {
    begun.judging = true;
    if (!next.choice) return; // its rewards are not known yet
    const judge = evaluatePrompt({ ...this.#nodes, ...begun.nodes }, () => null);
    for (const draft of begun.drafts ?? []) judge(toEvaluationInput(draft, next), {}).catch(() => undefined);
  }

  #settle(level: Level, beam: readonly Candidate[]): void {
    const { begun, parents } = level;
    level.ranked = true;
    for (const owner of level.former) this.#ahead.forget(owner);
    if (begun.size === 0) return;
    // more or fewer rewrites than were begun are other calls
    const wanted = countRewrites(beam, this.#options);
    const needed = new Set(beam.flatMap(({ id }, rank) => (begun.get(id)?.actions === wanted[rank] ? [id] : [])));
    let wasted = 0;
    for (const [id, { owner }] of begun)
      if (needed.has(id)) this.#ahead.close(owner);
      else wasted += this.#ahead.forget(owner);
    const now = performance.now();
    const since = beam.map(({ id }) => (needed.has(id) ? (begun.get(id)?.since ?? now) : now));
    const ahead = beam.length ? Math.min(...since.map((at) => now - at)) : 0;
    this.#options.onSpeculated?.({
      level: (parents[0]?.depth ?? 0) + 1,
      begun: begun.size,
      needed: needed.size,
      wasted,
      ahead,
    });
  }
}
