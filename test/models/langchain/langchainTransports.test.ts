import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { LLM } from '@langchain/core/language_models/llms';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { FakeListChatModel, SyntheticEmbeddings } from '@langchain/core/utils/testing';
import { describe, expect, it } from '@jest/globals';
import { Gateway } from '../../../models/gateway/gateway.ts';
import {
  toChatTransport,
  toEmbeddingTransport,
  toLlmTransport,
  toTransport,
} from '../../../models/langchain/langchainTransports.ts';

interface Options {
  n?: number;
  sample?: number;
  stop?: string[];
  signal?: AbortSignal;
}

const cutOff = (text: string): AIMessage =>
  new AIMessage({ content: text, response_metadata: { stop_reason: 'max_tokens' } });

/** A chat model of somebody else's that notes how it was called. */
class Theirs extends BaseChatModel {
  calls: Options[] = [];
  takesN?: boolean;
  model = 'theirs-1';
  override _llmType(): string {
    return 'theirs';
  }
  override _generate(_messages: BaseMessage[], options: this['ParsedCallOptions'] & Options) {
    this.calls.push(options);
    const texts = Array.from({ length: this.takesN ? (options.n ?? 1) : 1 }, (_, i) => `s${(options.sample ?? 0) + i}`);
    return Promise.resolve({
      generations: texts.map((text) => ({ text, message: cutOff(text) })),
      llmOutput: { tokenUsage: { promptTokens: 2, completionTokens: 3 } },
    });
  }
}

const texts = (result: { generations: { text: string }[][] }): string[] =>
  (result.generations[0] ?? []).map((g) => g.text);

describe('any LangChain model', () => {
  it('each completion is a call with its own sample', async () => {
    const theirs = new Theirs({});
    const gateway = new Gateway();
    const model = gateway.manage('optimizer', toChatTransport(theirs));
    const { signal } = new AbortController();
    const prompt = [new AIMessage('x')];
    const result = await model.generate([prompt], { n: 3, stop: ['.'], signal });
    expect(texts(result)).toEqual(['s0', 's1', 's2']);
    expect(theirs.calls).toMatchObject([{ n: 1, sample: 0, stop: ['.'] }, { sample: 1 }, { sample: 2 }]);
    expect(gateway.getUsageTotals()).toMatchObject({
      calls: { optimizer: 3 },
      tokens: { optimizer: { input: 6, output: 9 } },
      finish: { optimizer: { length: 3 } },
    });
  });

  it('one call is enough if the model takes n', async () => {
    const theirs = new Theirs({});
    theirs.takesN = true;
    const model = new Gateway().manage('optimizer', toChatTransport(theirs));
    expect(texts(await model.generate([[]], { n: 3 }))).toEqual(['s0', 's1', 's2']);
    expect(theirs.calls).toHaveLength(1);
  });

  it('the model gives its own name unless the caller names it', () => {
    expect(toTransport(new Theirs({}))).toMatchObject({
      kind: 'chat',
      model: 'theirs-1',
      provider: 'Theirs',
      takesN: false,
    });
    expect(toTransport(new FakeListChatModel({ responses: [] })).kind).toBe('chat');
    expect(toTransport(new Theirs({}), { endpoint: 'e', model: 'm', params: {} })).toMatchObject({
      endpoint: 'e',
      model: 'm',
      params: {},
    });
  });

  it('completion models and embeddings work too', async () => {
    class Plain extends LLM {
      override _llmType(): string {
        return 'plain';
      }
      override _call(prompt: string): Promise<string> {
        return Promise.resolve(`${prompt}!`);
      }
    }
    const gateway = new Gateway();
    const model = gateway.manage('base', toLlmTransport(new Plain({})));
    expect(await model.invoke('hi')).toBe('hi!');
    const synthetic = new SyntheticEmbeddings({ vectorSize: 3 });
    const [vector] = await gateway.manage('embeddings', toEmbeddingTransport(synthetic)).embedDocuments(['q']);
    expect(vector?.map((x) => x.toFixed(4))).toEqual((await synthetic.embedQuery('q')).map((x) => x.toFixed(4)));
  });
});
