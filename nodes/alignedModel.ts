import type { BaseLanguageModel, BaseLanguageModelInput } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  AIMessage,
  BaseMessage,
  ChatMessage,
  coerceMessageLikeToMessage,
  HumanMessage,
} from '@langchain/core/messages';
import { ChatPromptValue, type BasePromptValue } from '@langchain/core/prompt_values';
import { RunnableLambda, type Runnable } from '@langchain/core/runnables';
import { STOP_SEQUENCES, type RespondVariables } from '../prompts/respond.ts';
import type { Example } from '../state/example.ts';
import { pickLayout, toPromptValue, type Layout } from './respond.ts';
import { makeRetrieveExamples, type Retriever } from './retrieveExamples.ts';
import { createLexicalRetriever } from './retrievers.ts';

/** What a run leaves behind: the best prompt, the examples in force, and how the base model was asked with them. */
export interface Artifact {
  prompt: string;
  examples: readonly Example[];
  /** Examples retrieved for each query. Default 2. */
  k?: number | undefined;
  /** Default as in `makeRespond`. */
  layout?: Layout | undefined;
}

export interface AlignedModelOptions {
  k?: number | undefined;
  /** Default by shared words. */
  retriever?: Retriever | undefined;
  layout?: Layout | undefined;
}

/** A message of a conversation as the layouts need it. `plain`: it holds text and nothing else; `whole`: the message itself. */
export interface ConversationMessage<M> {
  role: 'system' | 'user' | 'assistant' | 'other';
  text: string;
  isTextOnly: boolean;
  original: M;
}

/** A conversation under the run's prompt and the examples nearest to its query. `turns`: all but its system messages. */
export interface AlignedConversation<M> extends RespondVariables {
  turns: ConversationMessage<M>[];
}

/**
 * A model that answers with a run's prompt and retrieved examples: for one query exactly what the base model was sent when
 * it was judged. In: a query, or messages, of which the last of the user is the query; the run's prompt and examples stand
 * before the conversation. A system message of the caller's follows the run's prompt after a blank line, since many chat
 * templates know but one. Out: the model's message.
 */
export function createAlignedModel(
  model: BaseLanguageModel,
  artifact: Artifact,
  { k, retriever, layout = artifact.layout ?? pickLayout(model) }: AlignedModelOptions = {},
): Runnable<BaseLanguageModelInput, BaseMessage> {
  const align = makeAligner({ ...artifact, ...(k !== undefined && { k }) }, retriever);
  const laid = RunnableLambda.from<BaseLanguageModelInput, BasePromptValue>(async (input) =>
    toConversationPrompt(layout, await align(toMessages(input).map(toConversationMessage))),
  );
  const asked = laid.pipe(layout === 'chat' ? model : model.withConfig({ stop: [...STOP_SEQUENCES] }));
  const answered = RunnableLambda.from<unknown, BaseMessage>((said) => toAnswerMessage(said, layout));
  return isChatModel(model) && layout === 'chat' ? laid.pipe(model) : asked.pipe(answered);
}

/**
 * Finds the examples nearest to the last query of the user, and the prompt a conversation goes under.
 * @throws TypeError where no message of the user's has a text
 */
export function makeAligner({ prompt, examples, k = 2 }: Artifact, retriever: Retriever = createLexicalRetriever()) {
  const retrieveExamples = makeRetrieveExamples({ retriever, k });
  return async function align<M>(said: readonly ConversationMessage<M>[]): Promise<AlignedConversation<M>> {
    const query = said.findLast((m) => m.role === 'user')?.text;
    if (!query) throw new TypeError('messages: expected one of the user with text in it, got none');
    const { exampleIndices } = await retrieveExamples({ queries: [query], examples });
    const systems = said.filter((m) => m.role === 'system').map((m) => m.text);
    return {
      prompt: [prompt, ...systems].join('\n\n'),
      query,
      examples: (exampleIndices[0] ?? []).flatMap((i) => examples[i] ?? []),
      turns: said.filter((m) => m.role !== 'system'),
    };
  };
}

/**
 * A conversation for the layouts that hold one query: its earlier turns follow the retrieved examples as further examples.
 * @throws TypeError where it holds more than text, or does not end with the user's word
 */
export function toSingleQuery<M>({ prompt, examples, turns }: AlignedConversation<M>): RespondVariables {
  const earlier: Example[] = [];
  let asked: string[] = [];
  for (const { role, text, isTextOnly: plain } of turns) {
    if (role === 'other' || !plain)
      throw new TypeError('messages: expected text of user and assistant alone, as this run’s plain layout has it');
    if (role === 'user') asked.push(text);
    else {
      earlier.push({ query: asked.join('\n\n'), answer: text });
      asked = [];
    }
  }
  if (asked.length === 0) throw new TypeError('messages: expected the user’s to be the last, got the assistant’s');
  return { prompt, query: asked.join('\n\n'), examples: [...examples, ...earlier] };
}

function toConversationPrompt(layout: Layout, aligned: AlignedConversation<BaseMessage>): BasePromptValue {
  if (layout !== 'chat') return toPromptValue(layout, toSingleQuery(aligned));
  const head = toPromptValue(layout, aligned).toChatMessages().slice(0, -1);
  return new ChatPromptValue([...head, ...aligned.turns.map((turn) => turn.original)]);
}

function toMessages(input: BaseLanguageModelInput): BaseMessage[] {
  if (typeof input === 'string') return [new HumanMessage(input)];
  return Array.isArray(input) ? input.map(coerceMessageLikeToMessage) : input.toChatMessages();
}

const ROLE_BY_MESSAGE_TYPE: Readonly<Record<string, ConversationMessage<unknown>['role']>> = {
  system: 'system',
  developer: 'system',
  human: 'user',
  user: 'user',
  ai: 'assistant',
  assistant: 'assistant',
};

function toConversationMessage(whole: BaseMessage): ConversationMessage<BaseMessage> {
  const role = ROLE_BY_MESSAGE_TYPE[ChatMessage.isInstance(whole) ? whole.role : whole.type] ?? 'other';
  const calls = whole instanceof AIMessage && (whole.tool_calls ?? []).length > 0;
  return { role, text: whole.text, isTextOnly: typeof whole.content === 'string' && !calls, original: whole };
}

const isChatModel = (model: BaseLanguageModel): model is BaseChatModel => model._modelType() === 'base_chat_model';

/** The answer as `respond` reads it: trimmed where the layout is plain. */
function toAnswerMessage(said: unknown, layout: Layout): BaseMessage {
  const text = said instanceof BaseMessage ? said.text : String(said);
  const content = layout === 'chat' ? text : text.trim();
  if (!AIMessage.isInstance(said)) return new AIMessage(content);
  const usage = said.usage_metadata === undefined ? {} : { usage_metadata: said.usage_metadata };
  return new AIMessage({ content, response_metadata: said.response_metadata, ...usage });
}
