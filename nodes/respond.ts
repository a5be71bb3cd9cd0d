import { ChatPromptValue, StringPromptValue, type BasePromptValue } from '@langchain/core/prompt_values';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { chatLayout, plainLayout, splitLayout, STOPS, type RespondVariables, type Turn } from '../prompts/respond.ts';
import { isFatal, messageOf } from '../state/failure.ts';
import { traced } from './askModel.ts';
import type { Respond } from './node.ts';

/** How the base model is asked: in chat turns, in the plain text of base models, or in that text split over two messages. */
export type Layout = 'chat' | 'plain' | 'split';

export interface RespondOptions {
  model: BaseLanguageModel;
  /** "chat" for chat models and "plain" for others, unless told. */
  layout?: Layout | undefined;
}

/** Has the base model answer the query under the system prompt and the retrieved examples: B(x | s, I*_K). */
export function makeRespond({ model, layout = layoutFor(model) }: RespondOptions): Respond {
  return async function respond(reads, config) {
    const stop = layout === 'chat' ? {} : { stop: [...STOPS] };
    try {
      const { generations } = await model.generatePrompt([promptValue(layout, reads)], { ...traced(config), ...stop });
      const text = generations[0]?.[0]?.text ?? '';
      return { response: layout === 'chat' ? text : text.trim() };
    } catch (error) {
      if (isFatal(error)) throw error;
      return { response: '', missing: `no response: ${messageOf(error)}` };
    }
  };
}

/** The layout for a model: turns where it chats, plain text where it only completes. */
export const layoutFor = (model: BaseLanguageModel): Layout =>
  model._modelType() === 'base_chat_model' ? 'chat' : 'plain';

/** What the base model is sent, byte for byte: at optimisation and at inference alike. */
export function promptValue(layout: Layout, variables: RespondVariables): BasePromptValue {
  if (layout === 'plain') {
    const { head, tail } = plainLayout(variables);
    return new StringPromptValue(head + tail);
  }
  return new ChatPromptValue((layout === 'chat' ? chatLayout(variables) : splitLayout(variables)).map(asMessage));
}

const MESSAGE = { system: SystemMessage, user: HumanMessage, assistant: AIMessage };
const asMessage = ({ role, content }: Turn): BaseMessage => new MESSAGE[role](content);
