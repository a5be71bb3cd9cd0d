import { expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgePrompt } from '../../prompts/judge.ts';
import { chatLayout, plainLayout } from '../../prompts/respond.ts';
import { rewriteExamplePrompt } from '../../prompts/rewriteExample.ts';
import { rewriteSystemPromptPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { selectRewardsPrompt } from '../../prompts/selectRewards.ts';
import { ASPECTS, EXAMPLE_ASPECTS, rewardNamed } from '../../state/aspects.ts';

const query = 'Which months are wet in Lisbon?';
const response = 'It is wet in winter.';
const evaluation = {
  Clarity: { rationale: 'Plain enough.', score: 4 },
  Depth: { rationale: 'Says nothing of why.', score: 2 },
};
const rewards = ['Clarity', 'Depth'].map((name) => rewardNamed(name));
const examples = [{ query: 'Is tea healthy?', answer: 'In moderation it is.' }];
const prompt = 'You are a helpful assistant.';

const rendered: Record<string, string> = {
  selectRewards: selectRewardsPrompt({ query, aspects: ASPECTS, least: 2, most: 5 }),
  'selectRewards.example': selectRewardsPrompt({ query, aspects: EXAMPLE_ASPECTS, least: 3, most: 6 }),
  judge: judgePrompt({ query, response, rewards, reasoning: 'The user wants a plain fact.', stage: 'prompt' }),
  'judge.example': judgePrompt({ query, response, rewards, reasoning: '', stage: 'example' }),
  rewriteSystemPrompt: rewriteSystemPromptPrompt({
    prompt,
    query,
    response,
    evaluation,
    history: ['You answer.', prompt],
  }),
  rewriteExample: rewriteExamplePrompt({ query, response, evaluation }),
  'respond.chat': chatLayout({ prompt, query, examples })
    .map(({ role, content }) => `[${role}]\n${content}`)
    .join('\n\n'),
  'respond.plain': Object.values(plainLayout({ prompt, query, examples })).join(''),
};

/** Each prompt rendered on a sample, so that a change shows in review. `UPDATE=1 npm test` writes them anew. */
it.each(Object.entries(rendered))('%s reads as it did', (name, text) => {
  const file = join(import.meta.dirname, '../rendered', `${name}.md`);
  mkdirSync(join(file, '..'), { recursive: true });
  if (process.env['UPDATE']) writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
