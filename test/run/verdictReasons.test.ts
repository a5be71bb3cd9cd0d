import { expect, it } from '@jest/globals';
import { listVerdictReasons, type EvidenceOnGain } from '../../run/verdictReasons.ts';
import type { ProofVerdict } from '../../state/verdict.ts';

/** Eight levels with three prompts each; `points` says what the prompt at a place of a level scores. */
const nodesOf = (points: (level: number, place: number) => number): EvidenceOnGain['nodes'] =>
  Array.from({ length: 24 }, (_, i) => {
    const [level, place] = [Math.floor(i / 3), i % 3];
    const score = points(level, place);
    return {
      id: `${level}.${place}`,
      parent: level === 0 ? null : `${level - 1}.0`,
      depth: level,
      index: place,
      prompt: `prompt ${i}`,
      query: `query ${level}`,
      response: `response ${i}`,
      aspects: ['Clarity'],
      evaluation: { Clarity: { rationale: '', score } },
      reward: score,
      value: score,
      kept: true,
    };
  });
const noisy = (spread: number): EvidenceOnGain['reliability'] => ({
  judgements: 4,
  scores: 12,
  spread,
  rewardSpread: spread,
});
const varied = nodesOf((level, place) => 2 + (level % 2) + place / 2);
const list = (
  evidence: Partial<EvidenceOnGain>,
  verdict: Pick<ProofVerdict, 'outcome' | 'queries'> = { outcome: 'no-difference', queries: 30 },
): string[] =>
  listVerdictReasons({ nodes: varied, rejectedRewrites: {}, reliability: null, ...evidence }, verdict, 6).map(
    ({ code }) => code,
  );

it.each<[string[], Partial<EvidenceOnGain>]>([
  [[], {}],
  [['judge-noisy'], { reliability: noisy(0.45) }],
  [[], { reliability: noisy(0.2) }],
  [['judge-noisy', 'prompts-alike'], { reliability: noisy(0.8) }],
  [['prompts-alike'], { nodes: nodesOf((level) => 2 + (level % 2)) }],
  [['queries-easy'], { nodes: nodesOf((_, place) => (place === 0 ? 3 : 5)) }],
  [['prompts-alike', 'queries-easy'], { nodes: nodesOf(() => 5) }],
  [['optimizer-small'], { rejectedRewrites: { duplicate: 20, empty: 4 } }],
  [['rewrites-refused'], { rejectedRewrites: { oversized: 30 } }],
  [[], { rejectedRewrites: { duplicate: 4, oversized: 4 } }],
])('names %j', (codes, evidence) => {
  expect(list(evidence)).toEqual(codes);
});

it('names too few queries only if nothing is settled', () => {
  expect(list({}, { outcome: 'not-settled', queries: 2 })).toEqual(['few-queries']);
  expect(list({}, { outcome: 'not-settled', queries: 6 })).toEqual([]);
  expect(list({}, { outcome: 'no-change', queries: 0 })).toEqual([]);
});

it('says nothing from a handful of nodes', () => {
  expect(list({ nodes: varied.slice(0, 1), rejectedRewrites: { duplicate: 3 } })).toEqual([]);
});
