import { setTimeout as sleep } from 'node:timers/promises';
import { BaseChatModel, type BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult, LLMResult } from '@langchain/core/outputs';
import type { DigitUse } from '../../state/digitOdds.ts';
import type { LanguageRole } from '../roles.ts';
import { makeBaseResponder, PERSONAS, type Persona } from './baseResponder.ts';
import { isAnswersRequest, isChecklistRequest, writeAnswersReply, writeChecklistReply } from './checklistReplies.ts';
import { writeJudgeLogprobs, writeJudgeReply } from './writeJudgeReply.ts';
import { JUDGE_BIASES } from './judgeBiases.ts';
import { readLayout, getMessageText } from './layout.ts';
import { writeOptimizerReply } from './writeOptimizerReply.ts';
import { writeRewardReply } from './writeRewardReply.ts';

/** The roles a simulated model can play. */
export type SimulatedRole = LanguageRole;

/** The noise of the simulation; 0 turns it off. */
export interface NoiseLevels {
  /** Standard deviation, in points, of one judgement of one aspect before rounding. */
  judge: number;
  /** Standard deviation, as a probability, of each behaviour's chance in one response. */
  response: number;
}

/**
 * Noise as in the authors' published runs (docs/reference.md#noise-in-the-published-runs). There, a repeated judgement changes a mean reward by 0.17 points (standard
 * deviation), and the rewards of siblings differ by 0.41.
 */
export const DEFAULT_NOISE: Readonly<NoiseLevels> = { judge: 0.34, response: 0.3 };

export interface SimulatedSettings {
  /** The base model "terse" (default) or "rambling", or a judge with a planted bias, "lavish" or "hasty" (judgeBiases.ts). */
  model?: string;
  /** Together with the texts it decides all random draws. Default 0. */
  seed?: number;
  /** Above 0, the samples of one request differ. Default 0. Those of judges and optimizers always differ, as with real models. */
  temperature?: number;
  noise?: Partial<NoiseLevels>;
  /** Milliseconds until a reply. Default 0. */
  latencyMs?: number;
}

export interface SimulatedCallOptions extends BaseChatModelCallOptions {
  /** Number of completions. Default 1. */
  n?: number;
  /** The number of the first completion. Default 0. */
  sample?: number;
  /** Whether a judge's reply comes with its logprobs. */
  odds?: DigitUse;
}

/** Simulates the model of a role for LangChain. It is free, needs no network, and answers the same request alike. */
export class SimulatedChatModel extends BaseChatModel<SimulatedCallOptions> {
  /** It returns `n` completions of one request. */
  readonly takesN = true;
  /** Replies may come with the odds of their scores. */
  readonly logprobs: boolean;
  readonly role: SimulatedRole;
  readonly settings: Required<Omit<SimulatedSettings, 'noise'>> & { noise: NoiseLevels };
  private readonly persona: Persona;

  constructor(
    role: SimulatedRole,
    { model = 'terse', seed = 0, temperature = 0, noise = {}, latencyMs = 0 }: SimulatedSettings = {},
  ) {
    super({});
    this.role = role;
    this.logprobs = role === 'judge';
    this.settings = { model, seed, temperature, latencyMs, noise: { ...DEFAULT_NOISE, ...noise } };
    this.persona = getPersona(role === 'base' ? model : 'terse');
  }

  static override lc_name(): string {
    return 'SimulatedChatModel';
  }

  override _llmType(): string {
    return 'simulated';
  }

  override _identifyingParams(): Record<string, unknown> {
    return this.invocationParams();
  }

  /** What decides an answer besides the texts, for caches. */
  override invocationParams(): Record<string, unknown> {
    return { role: this.role, ...this.settings };
  }

  /** Without this, LangChain drops the usage of a request. */
  override _combineLLMOutput(...outputs: LLMResult['llmOutput'][]): LLMResult['llmOutput'] {
    return outputs.length === 1 ? outputs[0] : { requests: outputs };
  }

  override getLsParams(): { ls_provider: string; ls_model_name: string; ls_model_type: 'chat' } {
    const name = this.role === 'base' ? `simulated-${this.settings.model}` : `simulated-${this.role}`;
    return { ls_provider: 'simulated', ls_model_name: name, ls_model_type: 'chat' };
  }

  override async _generate(
    messages: BaseMessage[],
    { n = 1, sample = 0, stop = [], odds, signal }: this['ParsedCallOptions'],
  ): Promise<ChatResult> {
    if (this.settings.latencyMs > 0) await sleep(this.settings.latencyMs, undefined, signal ? { signal } : {});
    const texts = Array.from({ length: n }, (_, i) => cutAtStop(this.#reply(messages, sample + i), stop));
    return {
      generations: texts.map((text, i) => ({
        text,
        message: new AIMessage(text),
        generationInfo: {
          finish_reason: 'stop',
          ...(odds && this.logprobs && { logprobs: this.#readLogprobs(messages, sample + i) }),
        },
      })),
      llmOutput: { tokenUsage: estimateUsage(messages, texts) },
    };
  }

  #readLogprobs(messages: readonly BaseMessage[], sample: number): ReturnType<typeof writeJudgeLogprobs> {
    const { seed, noise, model } = this.settings;
    const request = getMessageText(messages.find(({ type }) => type !== 'system') ?? new AIMessage(''));
    return writeJudgeLogprobs(request, noise.judge, [seed, sample], JUDGE_BIASES.get(model));
  }

  /** `sample`: the number of the reply, from 0. */
  #reply(messages: readonly BaseMessage[], sample: number): string {
    const { seed, temperature, noise } = this.settings;
    const sampleIfRandom = temperature > 0 ? sample : 0;
    const [rules = '', request = ''] = [true, false].map((isSystem) =>
      getMessageText(messages.find((m) => (m.type === 'system') === isSystem) ?? new AIMessage('')),
    );
    if (this.role === 'judge' && isAnswersRequest(request))
      return writeAnswersReply(request, noise.judge, [seed, sample]);
    if (this.role === 'judge')
      return writeJudgeReply(request, noise.judge, [seed, sample], JUDGE_BIASES.get(this.settings.model));
    if (this.role === 'optimizer') return writeOptimizerReply(request, [seed, sample]);
    if (this.role === 'reward' && isChecklistRequest(request)) return writeChecklistReply(request);
    if (this.role === 'reward') return writeRewardReply(rules, request, [sampleIfRandom]);
    const { prompt, examples, query } = readLayout(messages);
    return makeBaseResponder(this.persona, prompt, examples, noise.response, [seed, sampleIfRandom])(query);
  }
}

function getPersona(name: string): Persona {
  const persona = PERSONAS.get(name);
  if (persona) return persona;
  throw new RangeError(
    `simulated base model: expected one of ${[...PERSONAS.keys()].join(', ')}, got "${name}"; choose one of these`,
  );
}

/** The text before its first stop sequence. */
const cutAtStop = (text: string, stops: readonly string[]): string =>
  text.slice(0, Math.min(text.length, ...stops.map((s) => text.indexOf(s)).filter((at) => at >= 0)));

/** Counts four characters as one token. */
function estimateUsage(
  messages: readonly BaseMessage[],
  texts: readonly string[],
): Record<'promptTokens' | 'completionTokens' | 'totalTokens', number> {
  const [promptTokens, completionTokens] = [estimateTokens(messages.map(getMessageText)), estimateTokens(texts)];
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}

const estimateTokens = (texts: readonly string[]): number =>
  Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 4);
