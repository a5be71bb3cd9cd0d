import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { z } from 'zod';
import type { StepPrompt } from '../prompts/promptParts.ts';
import type { ReadResult } from '../prompts/reply.ts';
import type { DigitOdds, DigitUse } from '../state/digitOdds.ts';

/** A reply that could not be read. */
export interface UnreadableReply {
  /** The step that asked. */
  step: string;
  /** The request. */
  asked: string;
  reply: string;
  /** Every unreadable reply to this request, this one last. */
  replies: readonly string[];
  complaint: string;
  /** Whether the model corrected it. */
  repaired: boolean;
}

/** Called with each reply that could not be read. */
export type UnreadableReplyHandler = (event: UnreadableReply) => void;

/** The options that every step has that asks a model. `Variables`: those of its prompt. */
export interface ModelStepOptions<Variables> {
  model: BaseChatModel;
  /** What is asked. A text is the user message; the rules of a request in parts are the system message. */
  prompt?: (variables: Variables) => StepPrompt;
  /** How often an unreadable reply goes back to the model with the complaint, 0 or more. Default: 1. */
  repairs?: number;
  /** Whether replies are requested as text, and repairs sampled as before, as in the reference. Default: false. */
  isPlain?: boolean;
  onUnreadable?: UnreadableReplyHandler | undefined;
}

/** A question to a model, and how its reply is read. */
export interface ModelQuestion<T> extends Omit<ModelStepOptions<never>, 'prompt'> {
  /** The step that asks, as the summary names it. */
  step: string;
  /** The user message, or a request in parts. */
  text: StepPrompt;
  /** `chars`: characters that the reply may have. `digits`: how likely each score was at its digits, if that was asked for. */
  read: (text: string, chars: number, digits: readonly DigitOdds[]) => ReadResult<T>;
  /** Whether the odds of digits are asked for; only of a model that gives them. */
  odds?: DigitUse | undefined;
  /** Tokens that the reply needs at most. Default: the model's limit. */
  maxTokens?: number;
  /** The form of the reply, of about so many characters, for endpoints with structured output. */
  form?: (chars: number) => z.ZodType;
  /** What the form depends on besides the step and its characters; nothing by default. */
  formKey?: string;
  /** Number of completions, 1 or more; 1 by default. One request asks for all of them if the endpoint can do that. */
  n?: number;
  /** Which repeat of an otherwise equal request this is, from 0. Each repeat is a request. */
  sample?: number;
  config?: RunnableConfig | undefined;
}
