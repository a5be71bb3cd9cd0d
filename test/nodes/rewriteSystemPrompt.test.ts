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

it('a first prompt with an order of its own may keep it, and more than eight bullets', () => {
  const render = (bullets: number): string =>
    renderRewriteSystemPrompt({ ...reads, prompt: `You help.\n${'- Mind this.\n'.repeat(bullets)}` }).rules;
  expect(render(8)).toContain('at most 8 bullets');
  for (const text of [render(9), renderRewriteSystemPrompt({ ...reads, prompt: 'Mind this. '.repeat(400) }).rules]) {
    expect(text).not.toContain('at most 8 bullets');
    expect(text).toContain('keep its order');
  }
});
