/* oxlint-disable no-underscore-dangle -- LangChain's name: _generate calls a model without a run in LangSmith */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import { readEmptyReply, readReply } from './readReply.ts';
import { addRefusal } from '../refusedParameters.ts';
import type { Reply } from '../transport.ts';

/** Asks a chat model once. `sent`: the parameters that it may refuse. @throws its error, with those that it refuses */
export async function askChatModel(
  model: BaseChatModel,
  messages: BaseMessage[],
  options: object,
  sent: readonly string[],
): Promise<Reply> {
  try {
    const { generations, llmOutput } = await model._generate(messages, options);
    return readReply(generations, llmOutput);
  } catch (error) {
    const empty = readEmptyReply(error);
    if (empty) return empty;
    throw addRefusal(
      error,
      sent,
      messages.map((message) => message.text),
    );
  }
}
