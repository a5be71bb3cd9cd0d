import { expect, it } from '@jest/globals';
import { unwrapPrompt } from '../../prompts/unwrapPrompt.ts';

const PROMPT = 'You are a helper.\n\n- Be kind.\n- Answer as:\n```json\n{"a": 1}\n```';

it.each([
  `\`\`\`\n${PROMPT}\n\`\`\``,
  `\`\`\`text\n${PROMPT}\n\`\`\`\n`,
  `"""\n${PROMPT}\n"""`,
  `""\n${PROMPT}\n""`,
  `Here is the improved system prompt:\n\n${PROMPT}`,
  `Here’s the revised prompt: ${PROMPT}`,
  `Sure! Here is the new system prompt:\n\`\`\`\n${PROMPT}\n\`\`\``,
  `**New system prompt:**\n${PROMPT}`,
  `# System Prompt\n\n${PROMPT}`,
  `System prompt:\n${PROMPT}`,
  `<system-prompt>\n${PROMPT}\n</system-prompt>`,
  `<new_system_prompt>${PROMPT}</new_system_prompt>`,
  `<think>SECRET</think>\n${PROMPT}`,
  `Below is the rewritten prompt:\n<system-prompt>\n${PROMPT}\n</system-prompt>`,
  `Sure! Here you go:\n\`\`\`\n${PROMPT}\n\`\`\``,
  `Certainly!\n\n\`\`\`markdown\n${PROMPT}\n\`\`\``,
  `Sure, here is the rewrite:\n\n${PROMPT}`,
  `Here’s a better version:\n${PROMPT}`,
  `Here it is:\n<system-prompt>\n${PROMPT}\n</system-prompt>`,
  `Of course.\n${PROMPT}\n\nI hope this helps!`,
  `${PROMPT}\n\nLet me know if it should be shorter.`,
])('the prompt is taken out of what is plainly around it: %j', (text) => {
  expect(unwrapPrompt(text)).toEqual({ value: PROMPT });
});

it.each([
  [`\`\`\`\n${PROMPT}\n\`\`\`\nI added a bullet.`, 'among other text'],
  ['```\nYou are A.\n```\nor\n```\nYou are B.\n```', 'among other text'],
  [`<system-prompt>\n${PROMPT}\n</system-prompt>\nI added a bullet.`, 'tags of the request'],
  ['You are kind.\n<think>Is that all?</think>', 'a thought'],
  ['You are kind.\n<think>Is that all?', 'a thought'],
  ['I could say it so.\n</think>\nYou are kind.', 'a thought'],
  ['<|channel|>final<|message|>You are kind.', 'a chat template'],
  ['You are kind.<|im_end|>', 'a chat template'],
  ['<<SYS>>You are kind.<</SYS>>', 'a chat template'],
  ['{"new_system_prompt": "You are {name}."}', 'JSON'],
  ['{"new_system_prompt": "You are kind.\n- Be brief."}', 'JSON'],
  [`You are kind.\n<did-worse>\nBe rude.\n</did-worse>`, 'tags of the request'],
  [`Sure: \`\`\`text\n${PROMPT}\n\`\`\` Enjoy!`, 'among other text'],
])('what is not plain is refused: %j', (text, complaint) => {
  expect(unwrapPrompt(text)).toEqual({ complaint: expect.stringContaining(complaint) });
});

it.each([
  PROMPT,
  'Okay, be brief. Always.',
  'Here is how you should answer:\n- Be kind.',
  'Sure answers help most. Be sure.',
  'You are kind.\n\nLet the user know if you are unsure.',
  'You are a prompt engineer: be kind.',
  'The new system prompt should include the following details: it is kind.',
  'The improved prompt must say:\n- be kind',
  'Here is how you work:\n- Be kind.',
  'Say "hello" first. End with "bye".',
  'Put thoughts in <think> and answers in <answer> tags.',
  'You are kind.\n\n<response>\nshort\n</response>',
  'Answer in this form:\n<think>\nyour reasons\n</think>\nthe answer',
  ' leading space',
])('a prompt alone stays as it is: %j', (text) => {
  expect(unwrapPrompt(text)).toEqual({ value: text });
});
