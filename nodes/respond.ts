import { ChatPromptValue, StringPromptValue, type BasePromptValue } from '@langchain/core/prompt_values';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { toChatTurns, toPlainParts, toSplitTurns, STOP_SEQUENCES, type RespondVariables } from '../prompts/respond.ts';
import type { Turn } from '../state/example.ts';
import { isFatal, isPromptFailure, getErrorMessage } from '../state/failure.ts';
import { toCallConfig } from './askModel.ts';
import type { Respond } from './node.ts';

/** How the base model is asked: in chat turns, in one plain text, or in that text split over two messages. */
export type Layout = 'chat' | 'plain' | 'split';

/** Options of `makeRespond`. */
export interface RespondOptions {
  model: BaseLanguageModel;
  /** By default "chat" for chat models and "plain" for others. */
  layout?: Layout | undefined;
}

/** Makes the step in which the base model answers under the system prompt and the retrieved examples: B(x | s, I*_K). */
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
      const missing = `no response: ${getErrorMessage(error)}`;
      return { response: '', missing, ...(isPromptFailure(error) && { isSkipped: true }) };
    }
  };
}

/** Chat turns for a chat model, plain text for a completion model. */
export const pickLayout = (model: BaseLanguageModel): Layout =>
  model._modelType() === 'base_chat_model' ? 'chat' : 'plain';

/** The exact input of the base model, the same during the search and when the prompt is used. */
export function toPromptValue(layout: Layout, variables: RespondVariables): BasePromptValue {
  if (layout === 'plain') {
    const { head, tail } = toPlainParts(variables);
    return new StringPromptValue(head + tail);
  }
  return new ChatPromptValue((layout === 'chat' ? toChatTurns(variables) : toSplitTurns(variables)).map(toMessage));
}

const MESSAGE_CLASSES = { system: SystemMessage, user: HumanMessage, assistant: AIMessage };
const toMessage = ({ role, content }: Turn): BaseMessage => new MESSAGE_CLASSES[role](content);
