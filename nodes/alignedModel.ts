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
import { isObject } from '../prompts/jsonValues.ts';
import { foldContext, STOP_SEQUENCES, type RespondVariables } from '../prompts/respond.ts';
import { readResponse } from '../prompts/responseText.ts';
import type { Example, Turn } from '../state/example.ts';
import { isLimited, pickLayout, toPromptValue, type Layout } from './respond.ts';
import { makeRetrieveExamples, type ExampleChoice, type Retriever } from './retrieveExamples.ts';
import { createFixedRetriever, createLexicalRetriever } from './retrievers.ts';
import { WithoutThoughts } from './withoutThoughts.ts';

/** The result of a run as its users need it: the best prompt, its examples, and how the base model was asked. */
export interface Artifact {
  prompt: string;
  examples: readonly Example[];
  /** Examples retrieved for each query, 0 or more; 2 by default. */
  k?: number | undefined;
  /** Whether each query gets its most similar examples (the default), or all get the same ones. */
  choose?: ExampleChoice | undefined;
  /** How the base model is asked; as in `makeRespond` by default. */
  layout?: Layout | undefined;
}

/** Options of `createAlignedModel`; each replaces what the artifact says. */
export interface AlignedModelOptions {
  k?: number | undefined;
  /** How examples are retrieved; by shared words by default. */
  retriever?: Retriever | undefined;
  layout?: Layout | undefined;
}

/** A message of a conversation. `original` is the message itself. */
export interface ConversationMessage<M> {
  role: 'system' | 'user' | 'assistant' | 'other';
  text: string;
  /** Whether the message has text and nothing else. */
  isTextOnly: boolean;
  original: M;
}

/** A conversation with the run's prompt and the examples most similar to its query. `turns` has no system messages. */
export interface AlignedConversation<M> extends RespondVariables {
  turns: ConversationMessage<M>[];
}

/**
 * Creates a model that answers with a run's prompt and retrieved examples. For a single query it sends exactly what the search judged.
 * The input is a query or messages. The last user message is the query, and the prompt and examples come before the conversation.
 * The caller's system message follows the run's prompt after a blank line, because many chat templates accept only one.
 */
export function createAlignedModel(
  model: BaseLanguageModel,
  artifact: Artifact,
  { k, retriever, layout = artifact.layout ?? pickLayout(model) }: AlignedModelOptions = {},
): Runnable<BaseLanguageModelInput, BaseMessage> {
  const align = makeAligner({ ...artifact, ...(k !== undefined && { k }) }, retriever);
  const layOut = RunnableLambda.from<BaseLanguageModelInput, BasePromptValue>(async (input) =>
    toConversationPrompt(layout, await align(toMessages(input).map(toConversationMessage))),
  );
  if (isChatModel(model) && layout === 'chat') return layOut.pipe(model).pipe(new WithoutThoughts());
  const ask = layOut.pipe(layout === 'chat' ? model : model.withConfig({ stop: [...STOP_SEQUENCES] }));
  return ask.pipe(RunnableLambda.from<unknown, BaseMessage>((output) => toAnswerMessage(output, layout)));
}

/**
 * Makes the function that adds the prompt, and the examples most similar to the last user message, to a conversation.
 * @throws TypeError if no user message has text
 */
export function makeAligner(
  { prompt, examples, k = 2, choose }: Artifact,
  retriever: Retriever = createLexicalRetriever(),
) {
  const retrieveExamples = makeRetrieveExamples({
    retriever: choose === 'fixed' ? createFixedRetriever() : retriever,
    k,
  });
  return async function align<M>(messages: readonly ConversationMessage<M>[]): Promise<AlignedConversation<M>> {
    const query = messages.findLast((m) => m.role === 'user')?.text;
    if (!query) throw new TypeError('messages: expected a user message with text, found none');
    const { exampleIndices } = await retrieveExamples({ queries: [query], examples });
    const systems = messages.filter((m) => m.role === 'system').map((m) => m.text);
    return {
      prompt: [prompt, ...systems].join('\n\n'),
      query,
      examples: (exampleIndices[0] ?? []).flatMap((i) => examples[i] ?? []),
      turns: messages.filter((m) => m.role !== 'system'),
    };
  };
}

/**
 * Turns a conversation into one query, for the layouts without turns. Its earlier turns follow the retrieved examples as further examples.
 * @throws TypeError if it has more than text, or does not end with a user message
 */
export function toSingleQuery<M>({ prompt, examples, turns }: AlignedConversation<M>): RespondVariables {
  const context = turns.map(({ role, text, isTextOnly }): Turn => {
    if (role !== 'other' && isTextOnly) return { role, content: text };
    throw new TypeError(
      'messages: expected only text of the user and the assistant, because this run’s layout is plain; send no images, tools or tool calls',
    );
  });
  const last = context.pop();
  if (last?.role !== 'user')
    throw new TypeError('messages: expected a user message at the end, found an assistant message');
  return foldContext({ prompt, query: last.content, context, examples });
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

function toConversationMessage(original: BaseMessage): ConversationMessage<BaseMessage> {
  const role = ROLE_BY_MESSAGE_TYPE[ChatMessage.isInstance(original) ? original.role : original.type] ?? 'other';
  const callsTools = original instanceof AIMessage && (original.tool_calls ?? []).length > 0;
  return { role, text: original.text, isTextOnly: typeof original.content === 'string' && !callsTools, original };
}

const isChatModel = (model: BaseLanguageModel): model is BaseChatModel => model._modelType() === 'base_chat_model';

/** The answer as `respond` reads it; empty if the reply ended inside a thought. */
function toAnswerMessage(output: unknown, layout: Layout): BaseMessage {
  const text = output instanceof BaseMessage ? output.text : String(output);
  const origin = { isPlain: layout !== 'chat', isLimited: isObject(output) && isLimited({ message: output }) };
  const content = readResponse(text, origin).response;
  if (!AIMessage.isInstance(output)) return new AIMessage(content);
  const usage = output.usage_metadata === undefined ? {} : { usage_metadata: output.usage_metadata };
  return new AIMessage({ content, response_metadata: output.response_metadata, ...usage });
}
