// What the TypeScript of README and docs takes as given: the reader's own models, data and functions.
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { tool } from '@langchain/core/tools';
import { z } from 'zod';
import type { Decision } from '../../index.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';

export const models = createSimulatedModels();
export const model = models.judge;
export const queries = Array.from({ length: 12 }, (_, i) => `What is the number ${i} good for?`);
export const examples = [{ query: 'Hi?', answer: 'Hello.' }];

/** What LangSmith's `evaluate` evaluates. */
export const target = async (): Promise<{ response: string }> => ({ response: 'So.' });
export const price = tool(({ item }: { item: string }) => `A ${item} costs 7 euros.`, {
  name: 'price',
  description: 'Returns the price of an item.',
  schema: z.object({ item: z.string() }),
});
/** Calls the tool, then tells what it returned. */
class CallingModel extends BaseChatModel {
  override _llmType(): string {
    return 'calling';
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const last = messages.at(-1);
    const message =
      last?.type === 'tool'
        ? new AIMessage(last.text)
        : new AIMessage({ content: '', tool_calls: [{ id: '1', name: 'price', args: { item: 'mug' } }] });
    return { generations: [{ text: message.text, message }] };
  }
}
export const llm = new CallingModel({});

/** Vetoes one candidate wherever there are several. */
export const decide = async ({ __interrupt__: asked }: { __interrupt__?: unknown }): Promise<Decision> => {
  const [{ value }] = z
    .tuple([z.object({ value: z.object({ candidates: z.array(z.object({ id: z.string() })) }) })])
    .parse(asked);
  const ids = value.candidates.map(({ id }) => id);
  return ids.length > 1 ? { edit: {}, score: {}, veto: ids.slice(1, 2) } : 'accept';
};
