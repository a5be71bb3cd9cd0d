import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOllama } from '@langchain/ollama';
import { describe, expect, it } from '@jest/globals';
import { initChatModel } from 'langchain/chat_models/universal';
import { Gateway, toChatTransport, type GatewayEvent } from '../../../models/index.ts';
import { hashRequest } from '../../../models/transport.ts';
import { serve } from '../fake.ts';
import { claudeReply, createAnthropicServer, geminiError, geminiReply, ollamaReply } from './providerServers.ts';

const PROMPT = [new SystemMessage('Be brief.'), new HumanMessage('q')];
const REQUEST = { prompt: { messages: PROMPT }, n: 1, sample: 0 };

/** Asks a caller's own model through the gateway. */
async function ask(model: Parameters<typeof toChatTransport>[0]) {
  const events: GatewayEvent[] = [];
  const gateway = new Gateway({ random: () => 0, onEvent: (e) => void events.push(e) });
  const { generations } = await gateway.manage('judge', toChatTransport(model)).generate([PROMPT]);
  return {
    text: generations[0]?.[0]?.text,
    finish: generations[0]?.[0]?.generationInfo?.['finish_reason'] as unknown,
    tokens: gateway.getUsageTotals().tokens.judge,
    adjusted: events.flatMap((e) => (e.type === 'adjusted' ? [e.parameter] : [])),
    retried: events.filter((e) => e.type === 'failure' && e.wait !== null && e.wait > 0).length,
  };
}

describe("a model of the caller's own", () => {
  it('is read like one that a config names: text, finish reason, tokens and status', async () => {
    const blocks = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'one ' },
      { type: 'text', text: 'two' },
    ];
    const claude = await serve(() => claudeReply(blocks, { stop_reason: 'max_tokens' }));
    const opus = new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey: 'k', anthropicApiUrl: claude.url });
    expect(await ask(opus)).toMatchObject({ text: 'one two', finish: 'length', tokens: { input: 10, output: 5 } });
    const blocked = await serve(() => ({ promptFeedback: { blockReason: 'SAFETY' } }));
    const gemini = new ChatGoogleGenerativeAI({ model: 'gemini', apiKey: 'k', baseUrl: blocked.url });
    expect(await toChatTransport(gemini).send(REQUEST)).toMatchObject({ texts: [''], finish: ['content_filter'] });
    const busy = await serve((_, i) => (i ? ollamaReply('yes') : { status: 500, body: { error: 'loading' } }));
    expect(await ask(new ChatOllama({ model: 'm', baseUrl: busy.url }))).toMatchObject({ text: 'yes', retried: 1 });
  });

  it('is retried by drpo alone, whatever its own retries', async () => {
    const { url, seen } = await serve((_, i) => (i ? geminiReply([{ text: 'yes' }]) : geminiError(500, 'no')));
    const gemini = new ChatGoogleGenerativeAI({ model: 'gemini', apiKey: 'k', baseUrl: url });
    expect(await ask(gemini)).toMatchObject({ text: 'yes', retried: 1 });
    const made = await initChatModel('gemini', { modelProvider: 'google-genai', apiKey: 'k', baseUrl: url });
    const failing = await serve(() => geminiError(500, 'no'));
    const transport = toChatTransport(
      await initChatModel('gemini', { modelProvider: 'google-genai', apiKey: 'k', baseUrl: failing.url }),
    );
    await expect(transport.send(REQUEST)).rejects.toMatchObject({ status: 500 });
    expect([seen.length, failing.seen.length, await ask(made)]).toMatchObject([2, 1, { text: 'yes' }]);
  });

  it('is asked again without what its endpoint refuses', async () => {
    const { url, refused } = await createAnthropicServer(() => 'yes');
    const fields = { apiKey: 'k', anthropicApiUrl: url, temperature: 0, maxTokens: 9 };
    const unknown = new ChatAnthropic({ model: 'claude-new', ...fields });
    expect(await ask(unknown)).toMatchObject({ text: 'yes', adjusted: ['temperature'] });
    expect(refused).toHaveLength(1);
    const known = new ChatAnthropic({ model: 'claude-opus-4-7', ...fields });
    expect(await ask(known)).toMatchObject({ text: 'yes', adjusted: ['temperature'] });
    expect(refused).toHaveLength(1);
    const made = await initChatModel('claude-new', { modelProvider: 'anthropic', ...fields });
    expect(await ask(made)).toMatchObject({ text: 'yes', adjusted: ['temperature'] });
    expect(refused).toHaveLength(2);
  });

  it('gets the system prompt before the first user message if its endpoint takes no such role', async () => {
    const { url, seen } = await serve(({ body }) =>
      (body['messages'] as { role: string }[]).some(({ role }) => role === 'system')
        ? { status: 400, body: { error: 'System role not supported' } }
        : ollamaReply('yes'),
    );
    expect(await ask(new ChatOllama({ model: 'm', baseUrl: url }))).toMatchObject({
      text: 'yes',
      adjusted: ['system'],
    });
    expect(seen[1]?.body['messages']).toEqual([{ role: 'user', content: 'Be brief.\n\nq' }]);
  });

  it('is known by what initChatModel was asked for, never by its key', async () => {
    const fields = [
      { model: 'claude', modelProvider: 'anthropic' },
      { model: 'claude-2', modelProvider: 'anthropic' },
      { model: 'claude', modelProvider: 'ollama' },
      { model: 'claude', modelProvider: 'ollama', baseUrl: 'http://here:1' },
      { model: 'claude', modelProvider: 'anthropic', temperature: 0.5 },
    ];
    const transports = await Promise.all(
      fields.map(async ({ model, ...rest }) =>
        toChatTransport(await initChatModel(model, { apiKey: 'sk-secret', ...rest })),
      ),
    );
    expect(new Set(transports.map((t) => hashRequest(t, REQUEST))).size).toBe(fields.length);
    expect(transports.map(({ provider, model }) => `${provider} ${model}`)).toContain('anthropic claude-2');
    expect(JSON.stringify(transports)).not.toContain('sk-secret');
    const other = toChatTransport(await initChatModel('claude', { apiKey: 'other', modelProvider: 'anthropic' }));
    expect(hashRequest(other, REQUEST)).toBe(transports[0] && hashRequest(transports[0], REQUEST));
  });
});
