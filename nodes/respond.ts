import { ChatPromptValue, StringPromptValue, type BasePromptValue } from '@langchain/core/prompt_values';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { isObject } from '../prompts/jsonValues.ts';
import { toChatTurns, toPlainParts, toSplitTurns, STOP_SEQUENCES, type RespondVariables } from '../prompts/respond.ts';
import { readResponse, type ResponseCut, type ResponseOrigin, type ResponseText } from '../prompts/responseText.ts';
import type { Turn } from '../state/example.ts';
import { isFatal, isPromptFailure, getErrorMessage } from '../state/failure.ts';
import { getGenerationText, toCallConfig } from './collectCompletions.ts';
import type { Respond } from './node.ts';

/** How the base model is asked: in chat turns, in one plain text, or in that text split over two messages. */
export type Layout = 'chat' | 'plain' | 'split';

/** A response that is shorter than the base model's reply, or missing. */
export interface CutResponse {
  prompt: string;
  query: string;
  reply: string;
  cut: ResponseCut;
}

/** Options of `makeRespond`. */
export interface RespondOptions {
  model: BaseLanguageModel;
  /** By default "chat" for chat models and "plain" for others. */
  layout?: Layout | undefined;
  /** Whether a reply is the response as it is, as in the authors' code; by default its thoughts are removed first. */
  isVerbatim?: boolean;
  /** Called with each reply that ended inside a thought, ran on or repeated itself. */
  onCut?: ((event: CutResponse) => void) | undefined;
}

/** Makes the step in which the base model answers under the system prompt and the retrieved examples: B(x | s, I*_K). */
export function makeRespond({ model, layout = pickLayout(model), isVerbatim = false, onCut }: RespondOptions): Respond {
  return async function respond(reads, config) {
    const stop = layout === 'chat' ? {} : { stop: [...STOP_SEQUENCES] };
    try {
      const { generations } = await model.generatePrompt([toPromptValue(layout, reads)], {
        ...toCallConfig(config),
        ...stop,
      });
      const generation = generations[0]?.[0];
      const reply = generation ? getGenerationText(generation) : '';
      const origin = { isPlain: layout !== 'chat', isLimited: generation ? isLimited(generation) : false };
      const cutOff = origin.isLimited ? { isCutOff: true as const } : {};
      if (isVerbatim) return { response: layout === 'chat' ? reply : reply.trim(), ...cutOff };
      const { response, missing, cuts } = readSafely(reply, origin);
      for (const cut of cuts) onCut?.({ prompt: reads.prompt, query: reads.query, reply, cut });
      if (missing !== undefined) return { response, missing: `no response: ${missing}`, isSkipped: true };
      return { response, ...(!cuts.includes('layout') && cutOff) };
    } catch (error) {
      if (isFatal(error)) throw error;
      const missing = `no response: ${getErrorMessage(error)}`;
      return { response: '', missing, ...(isPromptFailure(error) && { isSkipped: true }) };
    }
  };
}

/** If reading fails, there is no response. */
function readSafely(reply: string, origin: ResponseOrigin): ResponseText {
  try {
    return readResponse(reply, origin);
  } catch (error) {
    return { response: '', missing: `drpo failed to read the reply (${getErrorMessage(error)})`, cuts: [] };
  }
}

const LIMIT_REASONS = new Set<unknown>(['length', 'max_tokens', 'MAX_TOKENS']);
const FINISH_KEYS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'];

/** Whether a generation, or the message that a chain returned, ended at the token limit. */
export function isLimited(output: object): boolean {
  const parts: unknown[] = [output, 'message' in output ? output.message : undefined];
  return parts
    .filter(isObject)
    .flatMap(({ generationInfo, response_metadata: metadata }) => [generationInfo, metadata].filter(isObject))
    .some((fields) => FINISH_KEYS.some((key) => LIMIT_REASONS.has(fields[key])));
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
