import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type LangSmithParams,
} from '@langchain/core/language_models/chat_models';
import { BaseLLM, type BaseLLMCallOptions } from '@langchain/core/language_models/llms';
import { AIMessage, type BaseMessage, type UsageMetadata } from '@langchain/core/messages';
import type { ChatResult, LLMResult } from '@langchain/core/outputs';
import { NO_ODDS, type DigitOddsAccess, type DigitUse } from '../../state/digitOdds.ts';
import type { ReplyForm } from '../../state/replyForm.ts';
import { sumTokenUsage } from '../sumTokenUsage.ts';
import type { GatewayResponse, AskGateway, ModelRequest, Transport, TokenUsage } from '../transport.ts';

/** The options of a call besides LangChain's. */
export interface ManagedCallOptions extends BaseChatModelCallOptions, BaseLLMCallOptions {
  /** Number of completions: `generate` returns them all, `invoke` the first. Default 1. */
  n?: number;
  /** The number of a repeated request, from 0. Each number has its own answer. Default 0. */
  sample?: number;
  /** The form of the reply, for endpoints with structured output. */
  form?: ReplyForm;
  /** How often the question was sent before without a usable reply; 0 by default. */
  repair?: number;
  /** What a reply has whose digits' odds are asked for; not of a model that does not give them. */
  odds?: DigitUse;
  /** Tokens that the reply needs at most. A limit that the user chose is kept. */
  maxTokens?: number;
}

/** A role's chat model for LangChain. Each call is one run in LangSmith, however many requests it takes. */
export class ManagedChatModel extends BaseChatModel<ManagedCallOptions> {
  override lc_namespace = ['drpo', 'models'];
  readonly #ask: AskGateway;
  readonly #transport: Transport;
  /** What is known of the odds of its digits. */
  readonly digitOdds: DigitOddsAccess;

  constructor(ask: AskGateway, transport: Transport, digitOdds = NO_ODDS) {
    super({});
    this.#ask = ask;
    this.#transport = transport;
    this.digitOdds = digitOdds;
  }

  static override lc_name(): string {
    return 'ManagedChatModel';
  }

  override get callKeys(): string[] {
    return [...super.callKeys, 'n', 'sample', 'form', 'repair', 'odds', 'maxTokens'];
  }

  override _llmType(): string {
    return 'drpo';
  }

  override invocationParams(options?: this['ParsedCallOptions']): Record<string, unknown> {
    return toInvocationParams(this.#transport, options);
  }

  override getLsParams(options: this['ParsedCallOptions']): LangSmithParams {
    return {
      ...toLangSmithParams(this.#transport),
      ls_model_type: 'chat',
      ...(options.stop && { ls_stop: options.stop }),
    };
  }

  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const response = await this.#ask({ prompt: { messages }, ...toRequestFields(options) }, options.signal);
    const generations = response.texts.map((text, i) => {
      const digits = response.digits?.[i];
      const generationInfo = { finish_reason: response.finish[i] ?? '', ...(digits && { digits }) };
      const metadata = {
        finish_reason: generationInfo.finish_reason,
        model_name: this.#transport.model,
        ...(response.cached && { cached: true }),
      };
      const usage = i === 0 && !response.cached ? { usage_metadata: toUsageMetadata(response.usage) } : {};
      const message = Object.assign(new AIMessage({ content: text, response_metadata: metadata }), usage);
      return { text, generationInfo, message };
    });
    return { generations, llmOutput: { tokenUsage: toTokenUsage(response) } };
  }
}

/** A role's completion model for LangChain, for base models without a chat template. */
export class ManagedLLM extends BaseLLM<ManagedCallOptions> {
  override lc_namespace = ['drpo', 'models'];
  readonly #ask: AskGateway;
  readonly #transport: Transport;

  constructor(ask: AskGateway, transport: Transport) {
    super({ metadata: { ...toLangSmithParams(transport), ls_model_type: 'llm' } });
    this.#ask = ask;
    this.#transport = transport;
  }

  static override lc_name(): string {
    return 'ManagedLLM';
  }

  override get callKeys(): string[] {
    return [...super.callKeys, 'n', 'sample'];
  }

  override _llmType(): string {
    return 'drpo';
  }

  override invocationParams(options?: this['ParsedCallOptions']): Record<string, unknown> {
    return toInvocationParams(this.#transport, options);
  }

  override async _generate(prompts: string[], options: this['ParsedCallOptions']): Promise<LLMResult> {
    const responses = await Promise.all(
      prompts.map((text) => this.#ask({ prompt: { text }, ...toRequestFields(options) }, options.signal)),
    );
    const generations = responses.map(({ texts, finish }) =>
      texts.map((text, i) => ({ text, generationInfo: { finish_reason: finish[i] ?? '' } })),
    );
    const usage = sumTokenUsage(responses.filter((r) => !r.cached).map((r) => r.usage));
    return { generations, llmOutput: { tokenUsage: toTokenUsage({ usage, cached: false }) } };
  }
}

type RequestField = 'stop' | 'n' | 'sample' | 'form' | 'repair' | 'odds' | 'maxTokens';

function toRequestFields({
  stop,
  n = 1,
  sample = 0,
  form,
  repair,
  odds,
  maxTokens,
}: Pick<ManagedCallOptions, RequestField>): Omit<ModelRequest, 'prompt'> {
  return {
    ...(stop && { stop }),
    n,
    sample,
    ...(form && { form }),
    ...(repair && { repair }),
    ...(odds && { odds }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

const toInvocationParams = ({ model, params }: Transport, options?: ManagedCallOptions): Record<string, unknown> => ({
  model,
  ...params,
  ...(options && { ...toRequestFields(options), ...(options.form && { form: options.form.name }) }),
});

function toLangSmithParams({ provider, model, params }: Transport): {
  ls_provider: string;
  ls_model_name: string;
  ls_temperature?: number;
  ls_max_tokens?: number;
} {
  const { temperature, max_tokens } = params;
  return {
    ls_provider: provider,
    ls_model_name: model,
    ...(typeof temperature === 'number' && { ls_temperature: temperature }),
    ...(typeof max_tokens === 'number' && { ls_max_tokens: max_tokens }),
  };
}

const toTokenUsage = ({
  usage: { input, output },
  cached,
}: Pick<GatewayResponse, 'usage' | 'cached'>): Record<string, number> =>
  cached
    ? { promptTokens: 0, completionTokens: 0, totalTokens: 0 }
    : { promptTokens: input, completionTokens: output, totalTokens: input + output };

const toUsageMetadata = ({ input, cachedInput, output, reasoning }: TokenUsage): UsageMetadata => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  ...(cachedInput > 0 && { input_token_details: { cache_read: cachedInput } }),
  ...(reasoning > 0 && { output_token_details: { reasoning } }),
});
