import { describe, expect, it } from '@jest/globals';
import { listJudgeWarnings } from '../../run/judgeWarnings.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { node } from '../report/runs.ts';

/** A level with one judgement for each list of points, each with a remark of its own. */
const level = (depth: number, points: readonly Record<string, number>[], remark?: string): Hypothesis[] =>
  points.map((all, i) => {
    const id = ['0', ...Array.from({ length: depth }, () => '0')].slice(0, -1).concat(String(i)).join('.');
    const evaluation = Object.fromEntries(
      Object.entries(all).map(([aspect, score]) => [
        aspect,
        { rationale: remark ?? `Seen in ${'abcdefghijkl'[depth]}${'mnopqrst'[i]} of ${aspect}.`, score },
      ]),
    );
    const scores = Object.values(all);
    return node(id, {
      depth,
      aspects: Object.keys(all),
      evaluation,
      reward: scores.reduce((a, b) => a + b, 0) / scores.length,
    });
  });
const levels = (count: number, points: (depth: number) => Record<string, number>[], remark?: string): Hypothesis[] =>
  Array.from({ length: count }, (_, depth) => level(depth, points(depth), remark)).flat();
const listCodes = (nodes: readonly Hypothesis[]): string[] => listJudgeWarnings(nodes).map(({ code }) => code);

describe('listJudgeWarnings', () => {
  it('warns of a judge that gives all answers the same points, whatever they are', () => {
    for (const score of [5, 4, 1]) {
      const [warning] = listJudgeWarnings(levels(6, () => [{ Clarity: score, Safety: score }]));
      expect(warning).toMatchObject({
        code: 'judge-constant',
        text: expect.stringContaining(`6 of 6 judgements give ${score} of 5 for everything`),
      });
      expect(warning?.text).toContain('--judge MODEL');
    }
  });

  it('warns of a judge that writes 5 about everything, though the odds of the digit vary a little', () => {
    for (const lowest of [4.955, 4.2, 4.245])
      expect(listCodes(levels(6, (depth) => [{ Clarity: lowest + depth / 200 }]))).toEqual(['judge-constant']);
    expect(listCodes(levels(6, (depth) => [{ Clarity: 4.5 + depth / 10 }]))).toEqual([]);
  });

  it('warns of a judge that gives each aspect its own constant', () => {
    const constant = levels(6, (depth) => [{ Clarity: 4, ...(depth % 2 && { Safety: 5 }), [`Rare ${depth}`]: 4 }]);
    expect(listJudgeWarnings(constant)[0]).toMatchObject({
      code: 'judge-constant',
      text: expect.stringContaining('the same points for each aspect'),
    });
  });

  it('warns if nine judgements of ten are the same, and not below that', () => {
    const withOthers = (others: number) =>
      levels(20, (depth) => [{ Clarity: depth < others ? 3 : 5, Depth: depth < others ? 4 : 5 }]);
    expect(listCodes(withOthers(2))).toEqual(['judge-constant']);
    expect(listCodes(withOthers(3))).toEqual([]);
  });

  it('waits for six judgements of three queries', () => {
    expect(listCodes(levels(5, () => [{ Clarity: 5 }]))).toEqual([]);
    expect(listCodes(levels(2, () => [{ Clarity: 5 }, { Clarity: 5 }, { Clarity: 5 }]))).toEqual([]);
    expect(listCodes(levels(3, () => [{ Clarity: 5 }, { Clarity: 5 }]))).toEqual(['judge-constant']);
  });

  it('counts equal answers once and missing judgements not at all', () => {
    const equal = levels(3, () => [{ Clarity: 5 }, { Clarity: 5 }]).map((n) => ({ ...n, response: 'the same' }));
    expect(listCodes(equal)).toEqual([]);
    const missing = levels(9, () => [{ Clarity: 5 }]).map((n, i) =>
      i < 4 ? { ...n, evaluation: {}, reward: null } : n,
    );
    expect(listCodes(missing)).toEqual([]);
  });

  it('warns if the candidates of nearly every level tie', () => {
    const tied = (differing: number) =>
      levels(10, (depth) => {
        const score = 1 + (depth % 5);
        return [{ Clarity: score }, { Clarity: depth < differing ? 6 - score : score }];
      });
    expect(listJudgeWarnings(tied(1))).toMatchObject([
      { code: 'judge-ties', text: expect.stringContaining('on 9 of 10 levels') },
    ]);
    expect(listCodes(tied(2))).toEqual([]);
  });

  it('warns of remarks that are the same but for figures, case and marks, and quotes one', () => {
    const copied = levels(6, (depth) => [{ Clarity: 1 + (depth % 5), Safety: 5 - (depth % 5) }], '5 to 5');
    expect(listJudgeWarnings(copied)).toMatchObject([
      { code: 'judge-remarks-constant', text: expect.stringContaining('"to"') },
    ]);
    const varied = copied.map((n, i) => ({
      ...n,
      evaluation: Object.fromEntries(
        Object.entries(n.evaluation).map(([a, s]) => [a, { ...s, rationale: `Good answer ${i}${'!'.repeat(i)}` }]),
      ),
    }));
    expect(listCodes(varied)).toEqual(['judge-remarks-constant']);
    expect(listCodes(levels(6, (depth) => [{ Clarity: 1 + (depth % 5) }], ''))).toEqual([]);
  });

  it('treats an aspect named like a property of every object as any other', () => {
    const odd = levels(6, () => [JSON.parse('{"__proto__": 5, "constructor": 5}') as Record<string, number>]);
    expect(listCodes(odd)).toEqual(['judge-constant']);
  });
});
