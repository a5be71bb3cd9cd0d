import { expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderAnswerChecklistPrompt } from '../../prompts/answerChecklist.ts';
import { renderJudgePrompt } from '../../prompts/judge.ts';
import { toChatTurns, toPlainParts } from '../../prompts/respond.ts';
import { renderRewriteExamplePrompt } from '../../prompts/rewriteExample.ts';
import { renderRewriteSystemPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { renderSelectRewardsPrompt } from '../../prompts/selectRewards.ts';
import { renderWriteChecklistPrompt } from '../../prompts/writeChecklist.ts';
import { ASPECTS, EXAMPLE_ASPECTS, resolveReward } from '../../state/aspects.ts';

const query = 'Which months are wet in Lisbon?';
const response = 'It is wet in winter.';
const evaluation = {
  Clarity: { rationale: 'Plain enough.', score: 4 },
  Depth: { rationale: 'Says nothing of why.', score: 2 },
};
const rewards = ['Clarity', 'Depth'].map((name) => resolveReward(name));
const examples = [{ query: 'Is tea healthy?', answer: 'In moderation it is.' }];
const prompt = 'You are a helpful assistant.';

const rendered: Record<string, string> = {
  selectRewards: renderSelectRewardsPrompt({ query, aspects: ASPECTS, least: 2, most: 5 }),
  'selectRewards.example': renderSelectRewardsPrompt({ query, aspects: EXAMPLE_ASPECTS, least: 3, most: 6 }),
  judge: renderJudgePrompt({ query, response, rewards, reasoning: 'The user wants a plain fact.', stage: 'prompt' }),
  'judge.example': renderJudgePrompt({ query, response, rewards, reasoning: '', stage: 'example' }),
  'judge.lenient': renderJudgePrompt({ query, response, rewards, reasoning: '', stage: 'prompt', tone: 'lenient' }),
  writeChecklist: renderWriteChecklistPrompt({ query, rewards }),
  answerChecklist: renderAnswerChecklistPrompt(
    { query, response, rewards, reasoning: 'The user wants a plain fact.', stage: 'prompt' },
    { Clarity: ['Does it name the months?', 'Is it one sentence?'], Depth: ['Does it say why?'] },
  ),
  rewriteSystemPrompt: renderRewriteSystemPrompt({
    prompt,
    query,
    response,
    evaluation,
    history: ['You answer.', prompt],
  }),
  rewriteExample: renderRewriteExamplePrompt({ query, response, evaluation }),
  'respond.chat': toChatTurns({ prompt, query, examples })
    .map(({ role, content }) => `[${role}]\n${content}`)
    .join('\n\n'),
  'respond.plain': Object.values(toPlainParts({ prompt, query, examples })).join(''),
};

/** Each prompt rendered on a sample, so that a review shows each change. `UPDATE=1 npm test -- test/prompts` writes them again. */
it.each(Object.entries(rendered))('the prompt %s is rendered as in test/rendered', (name, text) => {
  const file = join(import.meta.dirname, '../rendered', `${name}.md`);
  mkdirSync(join(file, '..'), { recursive: true });
  if (process.env['UPDATE']) writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
