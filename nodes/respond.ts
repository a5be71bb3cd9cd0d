import { ChatPromptValue, StringPromptValue, type BasePromptValue } from '@langchain/core/prompt_values';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import {
  toChatTurns,
  toPlainParts,
  toSplitTurns,
  STOP_SEQUENCES,
  type RespondVariables,
  type ChatTurn,
} from '../prompts/respond.ts';
import { isFatal, getErrorMessage } from '../state/failure.ts';
import { toCallConfig } from './askModel.ts';
import type { Respond } from './node.ts';

/** How the base model is asked: in chat turns, in the plain text of base models, or in that text split over two messages. */
export type Layout = 'chat' | 'plain' | 'split';

export interface RespondOptions {
  model: BaseLanguageModel;
  /** "chat" for chat models and "plain" for others, unless told. */
  layout?: Layout | undefined;
}

/** Has the base model answer the query under the system prompt and the retrieved examples: B(x | s, I*_K). */
export function makeRespond({ model, layout = pickLayout(model) }: RespondOptions): Respond {
  return async function respond(reads, config) {
    const stop = layout === 'chat' ? {} : { stop: [...STOP_SEQUENCES] };
    try {
      const { generations } = await model.generatePrompt([toPromptValue(layout, reads)], {
        ...toCallConfig(config),
        ...stop,
      });
      const text = generations[0]?.[0]?.text ?? '';
      return { response: layout === 'chat' ? text : text.trim() };
    } catch (error) {
      if (isFatal(error)) throw error;
      return { response: '', missing: `no response: ${getErrorMessage(error)}` };
    }
  };
}

/** The layout for a model: turns where it chats, plain text where it only completes. */
export const pickLayout = (model: BaseLanguageModel): Layout =>
  model._modelType() === 'base_chat_model' ? 'chat' : 'plain';

/** What the base model is sent, byte for byte: at optimisation and at inference alike. */
export function toPromptValue(layout: Layout, variables: RespondVariables): BasePromptValue {
  if (layout === 'plain') {
    const { head, tail } = toPlainParts(variables);
    return new StringPromptValue(head + tail);
  }
  return new ChatPromptValue((layout === 'chat' ? toChatTurns(variables) : toSplitTurns(variables)).map(toMessage));
}

const MESSAGE_CLASSES = { system: SystemMessage, user: HumanMessage, assistant: AIMessage };
const toMessage = ({ role, content }: ChatTurn): BaseMessage => new MESSAGE_CLASSES[role](content);
