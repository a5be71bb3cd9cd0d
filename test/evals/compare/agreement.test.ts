import { expect, it } from '@jest/globals';
import {
  buildComparisons,
  type ComparedAnswers,
  type ComparisonInput,
  type ComparisonOutcome,
} from '../../../evals/compare/comparisonOutcome.ts';
import { renderComparison } from '../../../evals/compare/renderComparison.ts';
import { renderComparisonMarkdown } from '../../../evals/compare/renderComparisonMarkdown.ts';
import { renderJUnit, renderJUnitError } from '../../../evals/compare/renderJUnit.ts';
import { describeModel } from '../../../run/describeModel.ts';
import { ModelsConfig } from '../../../models/index.ts';
import { createMersenneTwister } from '../../../statistics/random.ts';

const draw = createMersenneTwister(19);
const unit = (): number => (draw() + 0.5) / 2 ** 32;
const gauss = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
const base = describeModel(ModelsConfig.parse({ optimizer: 'simulated' }).base);

const answer = (reward: number | null, response = 'a') => ({ response, evaluation: {}, reward });

function compareRewards(
  pairs: readonly (readonly (number | null)[])[],
  more: Partial<ComparisonInput> = {},
): ComparisonOutcome {
  const answers: ComparedAnswers[] = pairs.map((rewards, i) => ({
    query: `q${i}`,
    answers: rewards.map((r) => answer(r)),
  }));
  const names = ['a.txt', 'b.txt', 'c.txt'].slice(0, pairs[0]?.length ?? 2);
  const failIfWorse = more.failIfWorse ?? null;
  const built = buildComparisons({
    prompts: names.map((name) => ({ name, prompt: name, base })),
    unchanged: names.map(() => false),
    answers,
    proof: { minQueries: 6, margin: 0.2 },
    judge: 'm',
    failIfWorse,
    isStopped: false,
    ...more,
  });
  const usage = { calls: {}, retries: {}, tokens: {}, usd: 0 } as Pick<
    ComparisonOutcome,
    'calls' | 'retries' | 'tokens' | 'usd'
  >;
  return {
    ...built,
    failIfWorse,
    queries: pairs.length,
    answers,
    notes: [],
    stoppedBy: more.isStopped ? 'budget' : null,
    ...usage,
    seconds: 1,
    folder: null,
  };
}

it('what is printed, the Markdown, the JUnit report and what fails agree in 200 random cases', () => {
  const seen = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const margin = [0, 0.2, 0.5, 1][round % 4] ?? 0;
    const shift = [-1.2, -0.5, -0.2, 0, 0.5][round % 5] ?? 0;
    const spread = [0.05, 0.4, 0.9][round % 3] ?? 0;
    const queries = 2 + Math.floor(unit() * 40);
    const clip = (x: number): number => Math.min(5, Math.max(1, Math.round(x * 5) / 5));
    const pairs = Array.from({ length: queries }, () => {
      const first = clip(3 + gauss());
      return [first, unit() < 0.05 ? null : clip(first + shift + spread * gauss())];
    });
    const outcome = compareRewards(pairs, { failIfWorse: margin });
    const [comparison] = outcome.comparisons;
    const differences = pairs.flatMap(([a, b]) => (a == null || b == null ? [] : [b - a]));
    const loss = -differences.reduce((sum, d) => sum + d, 0) / differences.length;
    const text = renderComparison(outcome);
    const printed = /a\.txt: (better|worse|no difference|not settled)/.exec(text)?.[1] ?? 'none';
    seen.add(`${printed} ${comparison?.isFailed}`);
    expect(printed.replace(' ', '-')).toBe(comparison?.verdict?.outcome);
    expect(comparison?.isFailed).toBe(printed === 'worse' && loss >= margin - 1e-9);
    for (const page of [text, renderComparisonMarkdown(outcome)]) {
      expect(/(?<!Not )[Ff]ailed: /.test(page)).toBe(comparison?.isFailed);
      expect(page.includes('Not failed: ')).toBe(printed === 'worse' && !comparison?.isFailed);
    }
    expect(renderJUnit(outcome)).toContain(`failures="${comparison?.isFailed ? 1 : 0}" errors="0"`);
    expect(renderJUnit(outcome).includes('<failure ')).toBe(comparison?.isFailed);
  }
  expect(seen.size).toBeGreaterThanOrEqual(5);
});

it('claims seldom on equal prompts, and finds a loss of 0.5 on 40 queries, over 400 simulated pairs each', () => {
  const countClaims = (shift: number, outcomes: readonly string[]): number =>
    Array.from({ length: 400 }, () => {
      const pairs = Array.from({ length: 40 }, () => {
        const first = 3 + 0.6 * gauss();
        return [first, first + shift + 0.7 * gauss()];
      });
      return compareRewards(pairs).comparisons[0]?.verdict?.outcome ?? '';
    }).filter((outcome) => outcomes.includes(outcome)).length;
  expect(countClaims(0, ['better', 'worse'])).toBeLessThanOrEqual(20);
  expect(countClaims(-0.5, ['worse'])).toBeGreaterThanOrEqual(360);
});

it('a loss of exactly the margin fails, whatever its binary digits', () => {
  expect(4.3 - 3.7).toBeLessThan(0.6);
  const outcome = compareRewards(
    Array.from({ length: 30 }, () => [4.3, 3.7]),
    { failIfWorse: 0.6 },
  );
  expect(outcome.comparisons[0]).toMatchObject({ isFailed: true, verdict: { outcome: 'worse' } });
});

it('three prompts have wider intervals than two, and the worst verdict is the one of the comparison', () => {
  const two = compareRewards(Array.from({ length: 20 }, (_, i) => [3, 3.3 + (i % 3) * 0.2]));
  const three = compareRewards(Array.from({ length: 20 }, (_, i) => [3, 3.3 + (i % 3) * 0.2, 2 + (i % 3) * 0.2]));
  const width = ({ comparisons }: ComparisonOutcome): number =>
    (comparisons[0]?.verdict?.high ?? 0) - (comparisons[0]?.verdict?.low ?? 0);
  expect(width(three)).toBeGreaterThan(1.05 * width(two));
  expect([three.verdict?.outcome, renderComparison(three)]).toEqual([
    'worse',
    expect.stringContaining('The 2 intervals are widened'),
  ]);
});

it('no text of a model steers a report', () => {
  const hostile = 'a | <b>\u0000</b> & "q" \'s\' ]]> \ud800 @team\n\n# Title\n```\n<img src=x>';
  const outcome = compareRewards([[3, 2]]);
  const [row] = outcome.answers;
  if (row) Object.assign(row, { query: hostile, expected: hostile, answers: [answer(3, hostile), answer(2, hostile)] });
  const page = renderComparisonMarkdown(outcome);
  expect(page).not.toMatch(/<img|^# Title|^```|<b>/m);
  expect(page.split('\n').filter((line) => line.startsWith('| <code>'))).toHaveLength(1);
  const xml = renderJUnitError(['a.txt', hostile], hostile);
  // eslint-disable-next-line no-control-regex -- what XML forbids
  expect(xml).not.toMatch(/\u0000|\p{Cs}|<img|<b>|& /u);
  expect(xml).toContain('errors="1"');
});
