import { expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderAnswerChecklistPrompt } from '../../prompts/answerChecklist.ts';
import { renderJudgePrompt } from '../../prompts/judge.ts';
import { toMessageTexts, type StepPrompt } from '../../prompts/promptParts.ts';
import {
  renderReferenceJudge,
  renderReferenceRewriteExample,
  renderReferenceRewriteSystemPrompt,
  renderReferenceSelectRewards,
} from '../../prompts/referencePrompts.ts';
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

const selectRewards = { query, aspects: ASPECTS, least: 2, most: 5 };
const judge = { query, response, rewards, reasoning: 'The user wants a plain fact.', stage: 'prompt' } as const;
const rewriteSystemPrompt = { prompt, query, response, evaluation, history: ['You answer.', prompt] };
const rewriteExample = { query, response, evaluation };

const rendered: Record<string, StepPrompt> = {
  selectRewards: renderSelectRewardsPrompt(selectRewards),
  'selectRewards.example': renderSelectRewardsPrompt({ query, aspects: EXAMPLE_ASPECTS, least: 3, most: 6 }),
  'selectRewards.reference': renderReferenceSelectRewards(selectRewards),
  judge: renderJudgePrompt(judge),
  'judge.agent': renderJudgePrompt({
    ...judge,
    toolCalls: [
      { name: 'price', args: { item: 'mug' }, result: 'A mug costs 7 euros.' },
      { name: 'stock', args: {} },
    ],
  }),
  'judge.example': renderJudgePrompt({ query, response, rewards, reasoning: '', stage: 'example' }),
  'judge.reference': renderReferenceJudge(judge),
  rewriteSystemPrompt: renderRewriteSystemPrompt(rewriteSystemPrompt),
  'rewriteSystemPrompt.reference': renderReferenceRewriteSystemPrompt(rewriteSystemPrompt),
  rewriteExample: renderRewriteExamplePrompt(rewriteExample),
  'rewriteExample.reference': renderReferenceRewriteExample(rewriteExample),
  'judge.lenient': renderJudgePrompt({ query, response, rewards, reasoning: '', stage: 'prompt', tone: 'lenient' }),
  writeChecklist: renderWriteChecklistPrompt({ query, rewards }),
  answerChecklist: renderAnswerChecklistPrompt(
    { query, response, rewards, reasoning: 'The user wants a plain fact.', stage: 'prompt' },
    { Clarity: ['Does it name the months?', 'Is it one sentence?'], Depth: ['Does it say why?'] },
  ),
  'respond.chat': toChatTurns({ prompt, query, examples })
    .map(({ role, content }) => `[${role}]\n${content}`)
    .join('\n\n'),
  'respond.plain': Object.values(toPlainParts({ prompt, query, examples })).join(''),
};

/** A request as a review reads it: with the roles of its messages if it has two. */
function toFileText(request: StepPrompt): string {
  const { rules, text } = toMessageTexts(request);
  return rules ? `[system]\n${rules}\n\n[user]\n${text}` : text;
}

/** Each prompt rendered on a sample, so that a review shows each change. `UPDATE=1 npm test -- test/prompts` writes them again. */
it.each(Object.entries(rendered))('the prompt %s is rendered as in test/rendered', (name, request) => {
  const file = join(import.meta.dirname, '../rendered', `${name}.md`);
  const text = toFileText(request);
  mkdirSync(join(file, '..'), { recursive: true });
  if (process.env['UPDATE']) writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
