import { expect, it } from '@jest/globals';
import { renderJudgePrompt } from '../../prompts/judge.ts';
import { joinSections, toMessageTexts, toPromptText } from '../../prompts/promptParts.ts';
import { renderRewriteExamplePrompt } from '../../prompts/rewriteExample.ts';
import { renderRewriteSystemPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { renderSelectRewardsPrompt } from '../../prompts/selectRewards.ts';
import { ASPECTS, resolveReward } from '../../state/aspects.ts';

const evaluation = (rationale: string) => ({ Clarity: { rationale, score: 3 } });
const judge = (query: string, response: string) =>
  renderJudgePrompt({
    query,
    response,
    expected: 'In spring.',
    context: [{ role: 'user', content: 'Hello.' }],
    rewards: ['Clarity', 'Depth'].map((name) => resolveReward(name)),
    reasoning: 'A fact is wanted.',
    stage: 'prompt',
  });
const rewrite = (prompt: string, response: string) =>
  renderRewriteSystemPrompt({
    prompt,
    query: 'When?',
    response,
    evaluation: evaluation(response),
    history: ['P', prompt],
  });

it.each([
  [
    'selectRewards',
    ['When?', 'Why?'].map((query) =>
      renderSelectRewardsPrompt({ query, aspects: ASPECTS, least: 2, most: 5, task: 'T' }),
    ),
  ],
  ['judge', [judge('When?', 'Now.'), judge('Why?', 'So.')]],
  ['rewriteSystemPrompt', [rewrite('A', 'Now.'), rewrite('B', 'So.')]],
  [
    'rewriteExample',
    ['When?', 'Why?'].map((query) =>
      renderRewriteExamplePrompt({ query, response: query, evaluation: evaluation(query) }),
    ),
  ],
])('all requests of %s begin with the same rules, which hold nothing of one of them', (_, [one, other]) => {
  expect(one?.rules).toBe(other?.rules);
  expect(one?.rules).not.toMatch(/When|Why/);
  expect(one).not.toEqual(other);
});

it('the judgements of one query share all but the response, and the rewrites of one prompt all but its judgement', () => {
  const [one, other] = [judge('When?', 'Now.'), judge('When?', 'So.')];
  expect(one.shared).toBe(other.shared);
  expect(one.fresh.replace('Now.', 'So.')).toBe(other.fresh);
  expect(rewrite('A', 'Now.').shared).toBe(rewrite('A', 'So.').shared);
});

it('a prompt’s history is before it and names it once, so that its children share both', () => {
  const child = renderRewriteSystemPrompt({
    prompt: 'B',
    query: 'q',
    response: 'r',
    evaluation: {},
    history: ['P', 'A', 'B'],
  });
  const parent = rewrite('A', 'Now.').shared;
  expect(child.shared.match(/^B$/gm)).toHaveLength(1);
  expect(child.shared.startsWith(parent.slice(0, parent.indexOf('</earlier-versions>')))).toBe(true);
});

it('a request in parts is a system and a user message, and a text is a user message alone', () => {
  const parts = { rules: 'R', shared: '', fresh: 'F' };
  expect(toMessageTexts(parts)).toEqual({ rules: 'R', text: 'F' });
  expect(toPromptText({ ...parts, shared: 'S' })).toBe('R\n\nS\n\nF');
  expect(toMessageTexts('all')).toEqual({ rules: '', text: 'all' });
  expect(joinSections('a\n', '', '\nb')).toBe('a\n\nb');
});
