import { expect, it } from '@jest/globals';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { markCachedRules } from '../../../models/langchain/markCachedRules.ts';
import { createProviderChat } from '../../../models/langchain/providerChat.ts';
import { findChatModelModule } from '../../../models/langchain/chatModelPackages.ts';
import { serve } from '../fake.ts';
import { claudeReply } from './providerServers.ts';

const messages = [new SystemMessage('Rules.'), new HumanMessage('a')];
const block = { type: 'text', text: 'Rules.', cache_control: { type: 'ephemeral' } };
const form = { name: 'judge', schema: { type: 'object' }, isReadable: () => true };

it('the rules of a request are marked, and nothing else of it', () => {
  expect(markCachedRules(messages).map((m) => m.content)).toEqual([[block], 'a']);
  const plain = [new HumanMessage('a'), new AIMessage('b')];
  expect(markCachedRules(plain)).toEqual(plain);
});

it('Anthropic gets the mark with the rules of a step, and no mark with what the base model is asked', async () => {
  const { url, seen } = await serve(() => claudeReply('{}'));
  const settings = {
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    apiKey: 'k',
    baseUrl: url,
    output: 'text',
  } as const;
  const transport = createProviderChat(settings, findChatModelModule('anthropic') ?? '', 'models.judge');
  const signal = new AbortController().signal;
  await transport.send({ prompt: { messages }, n: 1, sample: 0, form }, signal);
  await transport.send({ prompt: { messages }, n: 1, sample: 0 }, signal);
  await transport.send({ prompt: { messages }, n: 1, sample: 0, form }, signal, new Map([['cache_control', null]]));
  const [marked, ...others] = seen.map(({ body }) => body['system']);
  expect(marked).toEqual([block]);
  for (const system of others) expect(JSON.stringify(system)).not.toContain('cache_control');
});
