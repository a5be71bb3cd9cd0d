import { expect, it } from '@jest/globals';
import { DEFAULT_GUARDS, makeRewriteSystemPrompt } from '../../nodes/index.ts';
import { renderRewriteSystemPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { ScriptedChat } from './chat.ts';

const reads = {
  prompt: 'You are a helpful assistant.',
  query: 'Which trains run from Lisbon to Porto on a Sunday in May?',
  response: 'None.',
  evaluation: {},
  history: [],
};

it('a rejected rewrite comes with its reason, and with the line that is to blame', async () => {
  const reply = (prompt: string): string => JSON.stringify({ new_system_prompt: prompt });
  const line = '- Know which trains run from Lisbon.';
  const model = new ScriptedChat(() => [
    reply(`${reads.prompt}\n- Be kind.\n${line}`),
    reply(reads.prompt),
    reply('word '.repeat(2500)),
  ]);
  const { rejected } = await makeRewriteSystemPrompt({ model, guards: DEFAULT_GUARDS })({ ...reads, actions: 3 });
  expect(rejected.map(({ reason, line: blamed }) => [reason, blamed])).toEqual([
    ['made for one query', line],
    ['duplicate', undefined],
    ['oversized', expect.stringMatching(/^word word/)],
  ]);
});

it('the optimizer is told the rules that every response is checked by, and nothing of rules if there are none', async () => {
  const model = new ScriptedChat(() => [JSON.stringify({ new_system_prompt: 'Be brief.' })]);
  const rules = ['At most 60 words', 'Ends with "Next step:" $& {x}'];
  await makeRewriteSystemPrompt({ model, rules })({ ...reads, actions: 1 });
  await makeRewriteSystemPrompt({ model })({ ...reads, actions: 1 });
  const [told, plain] = [model.text(0), model.text(1)];
  for (const rule of rules) expect(told).toContain(`- ${rule}\n`);
  expect(told).toContain('Every answer must keep the rules below');
  expect(plain).not.toContain('Every answer must keep');
  expect(told).toContain(renderRewriteSystemPrompt({ ...reads, rules }).fresh);
  expect(plain).toContain(renderRewriteSystemPrompt(reads).fresh);
});

it('the optimizer is told which rules are of this query alone', () => {
  const evaluation = {
    'At most 60 words': { rationale: 'It has 20.', score: 5 },
    'In German': { rationale: 'Its language is English.', score: 1, isOfQuery: true as const },
  };
  const told = renderRewriteSystemPrompt({ ...reads, evaluation, rules: ['At most 60 words'] }).fresh;
  expect(told).toContain('rules of this query alone, and other queries have other rules: In German.');
  const { 'In German': _, ...others } = evaluation;
  expect(renderRewriteSystemPrompt({ ...reads, evaluation: others }).fresh).not.toContain('of this query alone');
});

it('a first prompt with an order of its own may keep it, and more than eight bullets', () => {
  const render = (bullets: number): string =>
    renderRewriteSystemPrompt({ ...reads, prompt: `You help.\n${'- Mind this.\n'.repeat(bullets)}` }).rules;
  expect(render(8)).toContain('at most 8 bullets');
  for (const text of [render(9), renderRewriteSystemPrompt({ ...reads, prompt: 'Mind this. '.repeat(400) }).rules]) {
    expect(text).not.toContain('at most 8 bullets');
    expect(text).toContain('keep its order');
  }
});
