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
import { STOPS, type RespondVariables } from '../prompts/respond.ts';
import type { Example } from '../state/example.ts';
import { layoutFor, promptValue, type Layout } from './respond.ts';
import { makeRetrieveExamples, type Retriever } from './retrieveExamples.ts';
import { lexicalRetriever } from './retrievers.ts';

/** What a run leaves behind: the best prompt, the examples in force, and how the base model was asked with them. */
export interface Artifact {
  prompt: string;
  examples: readonly Example[];
  /** Examples retrieved for each query. Default 2. */
  k?: number | undefined;
  /** Default as in `makeRespond`. */
  layout?: Layout | undefined;
}

export interface AlignedOptions {
  k?: number | undefined;
  /** Default by shared words. */
  retriever?: Retriever | undefined;
  layout?: Layout | undefined;
}

/** A message of a conversation as the layouts need it. `plain`: it holds text and nothing else; `whole`: the message itself. */
export interface Said<M> {
  role: 'system' | 'user' | 'assistant' | 'other';
  text: string;
  plain: boolean;
  whole: M;
}

/** A conversation under the run's prompt and the examples nearest to its query. `turns`: all but its system messages. */
export interface Aligned<M> extends RespondVariables {
  turns: Said<M>[];
}

/**
 * A model that answers with a run's prompt and retrieved examples: for one query exactly what the base model was sent when
 * it was judged. In: a query, or messages, of which the last of the user is the query; the run's prompt and examples stand
 * before the conversation. A system message of the caller's follows the run's prompt after a blank line, since many chat
 * templates know but one. Out: the model's message.
 */
export function alignedModel(
  model: BaseLanguageModel,
  artifact: Artifact,
  { k, retriever, layout = artifact.layout ?? layoutFor(model) }: AlignedOptions = {},
): Runnable<BaseLanguageModelInput, BaseMessage> {
  const align = makeAlign({ ...artifact, ...(k !== undefined && { k }) }, retriever);
  const laid = RunnableLambda.from<BaseLanguageModelInput, BasePromptValue>(async (input) =>
    valueOf(layout, await align(messagesIn(input).map(saidOf))),
  );
  const asked = laid.pipe(layout === 'chat' ? model : model.withConfig({ stop: [...STOPS] }));
  const answered = RunnableLambda.from<unknown, BaseMessage>((said) => asAnswer(said, layout));
  return isChat(model) && layout === 'chat' ? laid.pipe(model) : asked.pipe(answered);
}

/**
 * Finds the examples nearest to the last query of the user, and the prompt a conversation goes under.
 * @throws TypeError where no message of the user's has a text
 */
export function makeAlign({ prompt, examples, k = 2 }: Artifact, retriever: Retriever = lexicalRetriever()) {
  const retrieveExamples = makeRetrieveExamples({ retriever, k });
  return async function align<M>(said: readonly Said<M>[]): Promise<Aligned<M>> {
    const query = said.findLast((m) => m.role === 'user')?.text;
    if (!query) throw new TypeError('messages: expected one of the user with text in it, got none');
    const { shots } = await retrieveExamples({ queries: [query], examples });
    const systems = said.filter((m) => m.role === 'system').map((m) => m.text);
    return {
      prompt: [prompt, ...systems].join('\n\n'),
      query,
      examples: (shots[0] ?? []).flatMap((i) => examples[i] ?? []),
      turns: said.filter((m) => m.role !== 'system'),
    };
  };
}

/**
 * A conversation for the layouts that hold one query: its earlier turns follow the retrieved examples as further examples.
 * @throws TypeError where it holds more than text, or does not end with the user's word
 */
export function asOneQuery<M>({ prompt, examples, turns }: Aligned<M>): RespondVariables {
  const earlier: Example[] = [];
  let asked: string[] = [];
  for (const { role, text, plain } of turns) {
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

function valueOf(layout: Layout, aligned: Aligned<BaseMessage>): BasePromptValue {
  if (layout !== 'chat') return promptValue(layout, asOneQuery(aligned));
  const head = promptValue(layout, aligned).toChatMessages().slice(0, -1);
  return new ChatPromptValue([...head, ...aligned.turns.map((turn) => turn.whole)]);
}

function messagesIn(input: BaseLanguageModelInput): BaseMessage[] {
  if (typeof input === 'string') return [new HumanMessage(input)];
  return Array.isArray(input) ? input.map(coerceMessageLikeToMessage) : input.toChatMessages();
}

const ROLE: Readonly<Record<string, Said<unknown>['role']>> = {
  system: 'system',
  developer: 'system',
  human: 'user',
  user: 'user',
  ai: 'assistant',
  assistant: 'assistant',
};

function saidOf(whole: BaseMessage): Said<BaseMessage> {
  const role = ROLE[ChatMessage.isInstance(whole) ? whole.role : whole.type] ?? 'other';
  const calls = whole instanceof AIMessage && (whole.tool_calls ?? []).length > 0;
  return { role, text: whole.text, plain: typeof whole.content === 'string' && !calls, whole };
}

const isChat = (model: BaseLanguageModel): model is BaseChatModel => model._modelType() === 'base_chat_model';

/** The answer as `respond` reads it: trimmed where the layout is plain. */
function asAnswer(said: unknown, layout: Layout): BaseMessage {
  const text = said instanceof BaseMessage ? said.text : String(said);
  const content = layout === 'chat' ? text : text.trim();
  if (!AIMessage.isInstance(said)) return new AIMessage(content);
  const usage = said.usage_metadata === undefined ? {} : { usage_metadata: said.usage_metadata };
  return new AIMessage({ content, response_metadata: said.response_metadata, ...usage });
}
