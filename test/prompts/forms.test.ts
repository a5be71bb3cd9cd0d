import { describe, expect, it } from '@jest/globals';
import { findLoop } from '../../prompts/findLoop.ts';
import { isFormText } from '../../prompts/isFormText.ts';
import { createJudgeForm } from '../../prompts/judge.ts';
import { createJustEvalForm } from '../../prompts/judgeJustEval.ts';
import { toJsonSchema } from '../../prompts/replyForm.ts';
import { createRewriteExampleForm } from '../../prompts/rewriteExample.ts';
import { computeLineLimits } from '../../prompts/promptLines.ts';
import { createRewriteSystemPromptForm, renderRewriteSystemPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { createSelectRewardsForm } from '../../prompts/selectRewards.ts';
import { ASPECTS } from '../../state/aspects.ts';

const rewards = ['Clarity', 'Depth', '__proto__'].map((name) => ({ name, scoring: 's' }));
const forms = {
  judge: createJudgeForm(rewards, 3000),
  selectRewards: createSelectRewardsForm({ aspects: ASPECTS, least: 2, most: 5 }, 3000),
  rewriteSystemPrompt: createRewriteSystemPromptForm(3000, computeLineLimits(3000, 'You are kind.')),
  rewriteExample: createRewriteExampleForm(3000),
  judgeJustEval: createJustEvalForm(rewards, 3000),
};
/** What both OpenAI's strict mode and llama.cpp hold, and `maxLength`, which is left out if it is refused. */
const KEYWORDS = new Set(
  'type properties required additionalProperties items enum minItems maxItems minimum maximum maxLength'.split(' '),
);

function listObjects(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, ...rest } = schema as Record<string, unknown>;
  const inner = [...Object.values((properties as object | undefined) ?? {}), ...Object.values(rest)];
  return ['type' in schema ? [schema as Record<string, unknown>] : [], inner.flatMap(listObjects)].flat();
}

describe('the form of a reply as JSON schema', () => {
  it.each(Object.entries(forms))('%s has only keywords that endpoints hold, and every key is required', (_, form) => {
    const parts = listObjects(toJsonSchema(form));
    expect(parts.flatMap((part) => Object.keys(part)).filter((key) => !KEYWORDS.has(key))).toEqual([]);
    for (const part of parts.filter(({ type }) => type === 'object')) {
      expect(part['required']).toEqual(Object.keys(part['properties'] as object));
      expect(part['additionalProperties']).toBe(false);
    }
  });

  it('a judge writes the rationale first, then whole points from 1 to 5, for each aspect', () => {
    expect(JSON.stringify(toJsonSchema(createJudgeForm(rewards.slice(0, 1), 300)))).toBe(
      '{"type":"object","properties":{"Clarity":{"type":"object","properties":{"rationale":{"type":"string","maxLength":300},"score":{"type":"integer","minimum":1,"maximum":5}},"required":["rationale","score"],"additionalProperties":false}},"required":["Clarity"],"additionalProperties":false}',
    );
  });

  it('a reward model selects as many of the names on offer as are asked for, and may add one', () => {
    const text = JSON.stringify(toJsonSchema(forms.selectRewards));
    expect(text).toContain(`"enum":${JSON.stringify(ASPECTS.map((a) => a.name))}`);
    expect(text).toContain('"minItems":2,"maxItems":5');
    expect(text).toContain('"maxItems":1');
  });

  it('the rationales share the room that a reply has, up to the length that the request states', () => {
    const lengths = [300, 3000].map((chars) => JSON.stringify(toJsonSchema(createJudgeForm(rewards, chars))));
    expect(lengths.map((text) => /"maxLength":(\d+)/.exec(text)?.[1])).toEqual(['100', '320']);
  });
});

it.each([
  '...',
  ' … ',
  '<new prompt>',
  '[Your system prompt here]',
  'the whole new prompt',
  'The complete new system prompt.',
  '"new_system_prompt"',
  'The whole new prompt should include a paragraph.',
  'Write the complete new system prompt',
  'the new response',
  'You answer by text message. You do not help with harm […]',
  'You answer by text message, it an [...]',
  'You are not suitable......',
])('%j is a copy of the form', (text) => expect(isFormText(text)).toBe(true));

it('the rules of the request for a prompt are a copy of the form, and the limits that they name are not', () => {
  const { rules } = renderRewriteSystemPrompt({
    prompt: 'You help.',
    query: '',
    response: '',
    evaluation: {},
    history: [],
  });
  const lines = [...rules.matchAll(/^\d\. (.+)$/gm)].map(([, line = '']) => line);
  expect(lines.map(isFormText)).toEqual([true, true, true, false, false, true]);
});

it.each([
  'You are a helpful assistant.',
  'Answer.',
  '<keep>Never promise a date.</keep>',
  'The user’s prompt should be answered in full.',
  'Prompt answers win.',
  'The response should be short.',
  '日本語で答えてください。',
  '- Be brief.\n- Be kind.',
  'Answer briefly. End an open question with "…".',
  'Leave out what you may with [...] and say so.',
  'You have no internet. Write in general paragraphs, and keep each line short.',
])('%j is a text of its own', (text) => expect(isFormText(text)).toBe(false));

describe('a loop', () => {
  const clause = 'The response should be clear and easy to follow. ';
  it('is found where it begins', () => {
    expect(findLoop(`{"reasoning": "${clause.repeat(40)}`)).toBe(15);
    expect(findLoop(`${'a b c. '.repeat(3)}${clause.repeat(5)}The resp`)).toBe(19);
    expect(findLoop('\\n'.repeat(50))).toBe(0);
  });
  it('is none if the text only has equal parts', () => {
    for (const text of ['', 'ha ha ha', '{"Clarity": {"score": 5}, "Depth": {"score": 5}}', `${clause}${clause}`])
      expect(findLoop(text)).toBe(-1);
  });
});
