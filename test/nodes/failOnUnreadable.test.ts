import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { withChecks } from '../../nodes/checks/withChecks.ts';
import { failOnUnreadable } from '../../nodes/failOnUnreadable.ts';
import type { Nodes } from '../../nodes/index.ts';
import { fakeNodes } from '../graphs/fakes.ts';

const selecting = { query: 'q', stage: 'prompt' as const };
const judging = { query: 'q', response: 'r', rewards: [], reasoning: '', stage: 'prompt' as const };
const rewriting = { prompt: 'p', history: [], query: 'q', response: 'r', evaluation: {}, actions: 3 };

/** Nodes of which one step's replies are readable as told, one after the other. */
const replying = (step: 'judge' | 'selectRewards' | 'rewriteSystemPrompt', readable: readonly boolean[]): Nodes => {
  const { nodes } = fakeNodes(() => 3);
  const told = readable.values();
  const fine = (): boolean => told.next().value ?? true;
  const over: Pick<Nodes, typeof step> = {
    judge: async () =>
      fine() ? { evaluation: { Clarity: { rationale: '', score: 3 } } } : { evaluation: {}, missing: 'no JSON' },
    selectRewards: async () => ({ rewards: [], reasoning: '', ...(!fine() && { missing: 'no JSON' }) }),
    rewriteSystemPrompt: async ({ actions }) => {
      const ok = Array.from({ length: actions }, fine);
      return {
        prompts: ok.flatMap((one) => (one ? ['p'] : [])),
        rejected: ok.flatMap((one) => (one ? [] : [{ prompt: '', reason: 'unreadable: no JSON' }])),
      };
    },
  };
  return { ...nodes, [step]: over[step] };
};

async function judgedUntil(
  readable: readonly boolean[],
  share: number,
): Promise<{ thrownAt: number; checked: string }> {
  const { nodes, check } = failOnUnreadable(replying('judge', readable), share);
  for (let i = 0; i < readable.length; i++) {
    try {
      await nodes.judge(judging);
    } catch {
      return { thrownAt: i + 1, checked: '' };
    }
  }
  try {
    check();
    return { thrownAt: 0, checked: '' };
  } catch (error) {
    return { thrownAt: 0, checked: String(error) };
  }
}

it('ends the run at once if no reply can be used, and names the model to check', async () => {
  const { nodes } = failOnUnreadable(
    replying(
      'rewriteSystemPrompt',
      Array.from({ length: 9 }, () => false),
    ),
    0.5,
  );
  await nodes.rewriteSystemPrompt(rewriting);
  await expect(nodes.rewriteSystemPrompt(rewriting)).rejects.toThrow(
    /^6 of 6 replies to rewriteSystemPrompt could not be used\. The last one failed: no JSON\. Check models\.optimizer /,
  );
  const choosing = failOnUnreadable(
    replying(
      'selectRewards',
      Array.from({ length: 5 }, () => false),
    ),
    0.5,
  ).nodes;
  for (let i = 0; i < 4; i++) await choosing.selectRewards(selecting);
  await expect(choosing.selectRewards(selecting)).rejects.toThrow(/Check models\.reward /);
});

it('ends a short run at its end if no reply could be used', async () => {
  const { nodes, check } = failOnUnreadable(replying('judge', [false, false]), 0.5);
  await nodes.judge(judging);
  await nodes.judge(judging);
  check();
  expect(() => check(true)).toThrow(/^2 of 2 replies to judge could not be used\. .* Check models\.judge /);
  await nodes.judge(judging);
  check(true);
});

it('never ends a run with a share of 1', async () => {
  const none = Array.from({ length: 30 }, () => false);
  expect(await judgedUntil(none, 1)).toEqual({ thrownAt: 0, checked: '' });
});

it('ends a run at the end of a level above the share of ten or more replies, in whatever order they came', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 5, maxLength: 40 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      async (readable, share) => {
        const unread = readable.filter((r) => !r).length;
        const [first, last] = await Promise.all([
          judgedUntil([true, ...readable], share),
          judgedUntil([true, ...readable.toReversed()], share),
        ]);
        const all = readable.length + 1;
        expect(first.checked !== '').toBe(all >= 10 && unread > share * all);
        expect(last.checked !== '').toBe(first.checked !== '');
      },
    ),
  ));

it('blames a check of the user’s own where one failed, and no model', async () => {
  const { nodes } = fakeNodes(() => 3);
  const failing = withChecks(undefined, {
    checks: [{ type: 'function', module: 'mine' }],
    tools: { importFunction: async () => () => 'perhaps' },
  });
  const { nodes: watched, check } = failOnUnreadable({ ...nodes, judge: failing }, 0.5);
  await watched.judge(judging);
  expect(() => check(true)).toThrow(
    /^1 of 1 judgements are missing\. .* in a check of yours: check mine: expected true, false/,
  );
});
