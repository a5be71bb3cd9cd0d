import { setTimeout as sleep } from 'node:timers/promises';
import { BaseChatModel, type BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult, LLMResult } from '@langchain/core/outputs';
import type { LanguageRole } from '../settings.ts';
import { makeBaseResponder, PERSONAS, type Persona } from './baseResponder.ts';
import { writeJudgeReply } from './writeJudgeReply.ts';
import { JUDGE_BIASES } from './judgeBiases.ts';
import { readLayout, getMessageText } from './layout.ts';
import { writeOptimizerReply } from './writeOptimizerReply.ts';
import { writeRewardReply } from './writeRewardReply.ts';

/** The roles a simulated model can play. */
export type SimulatedRole = LanguageRole;

/** The size of the simulation's chance; 0 turns it off. */
export interface NoiseLevels {
  /** Standard deviation, in points, of one judgement of one aspect before it is made whole points. */
  judge: number;
  /** Standard deviation, as a probability, of each behaviour's chance in one response. */
  response: number;
}

/** Noise of the size of the published runs' (docs/algorithm.md#noise-in-the-published-runs): retest sd 0.17 of a mean reward, siblings' 0.41. */
export const DEFAULT_NOISE: Readonly<NoiseLevels> = { judge: 0.34, response: 0.3 };

export interface SimulatedSettings {
  /** Which base model: "terse" (the default) or "rambling"; which judge: "lavish" and "hasty" have a planted bias (leanings.ts). */
  model?: string;
  /** All chance comes of it and of the texts. Default 0. */
  seed?: number;
  /** Above 0, the samples of one request differ. Default 0; judges and optimizers differ by sample at 0 too, as real ones do. */
  temperature?: number;
  noise?: Partial<NoiseLevels>;
  /** Milliseconds a reply takes. Default 0. */
  latencyMs?: number;
}

/** `n`: choices wanted, 1 or more; `sample`: the first choice's number, from 0. */
export interface SimulatedCallOptions extends BaseChatModelCallOptions {
  n?: number;
  sample?: number;
}

/** A simulation, not a model: reads the texts it is sent, writes texts back, costs nothing, always answers the same. */
export class SimulatedChatModel extends BaseChatModel<SimulatedCallOptions> {
  /** Answers `n` choices in one request. */
  readonly takesN = true;
  readonly role: SimulatedRole;
  readonly settings: Required<Omit<SimulatedSettings, 'noise'>> & { noise: NoiseLevels };
  readonly persona: Persona;

  constructor(
    role: SimulatedRole,
    { model = 'terse', seed = 0, temperature = 0, noise = {}, latencyMs = 0 }: SimulatedSettings = {},
  ) {
    super({});
    this.role = role;
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

  /** All that decides an answer besides the texts: for caches. */
  override invocationParams(): Record<string, unknown> {
    return { role: this.role, ...this.settings };
  }

  /** LangChain drops the usage of a request unless told how to put several together. */
  override _combineLLMOutput(...outputs: LLMResult['llmOutput'][]): LLMResult['llmOutput'] {
    return outputs.length === 1 ? outputs[0] : { requests: outputs };
  }

  override getLsParams(): { ls_provider: string; ls_model_name: string; ls_model_type: 'chat' } {
    const name = this.role === 'base' ? `simulated-${this.settings.model}` : `simulated-${this.role}`;
    return { ls_provider: 'simulated', ls_model_name: name, ls_model_type: 'chat' };
  }

  override async _generate(
    messages: BaseMessage[],
    { n = 1, sample = 0, stop = [], signal }: this['ParsedCallOptions'],
  ): Promise<ChatResult> {
    if (this.settings.latencyMs > 0) await sleep(this.settings.latencyMs, undefined, signal ? { signal } : {});
    const texts = Array.from({ length: n }, (_, i) => cutAtStop(this.reply(messages, sample + i), stop));
    return {
      generations: texts.map((text) => ({
        text,
        message: new AIMessage(text),
        generationInfo: { finish_reason: 'stop' },
      })),
      llmOutput: { tokenUsage: estimateUsage(messages, texts) },
    };
  }

  /** The reply to these messages; `sample`: which of several, from 0. */
  private reply(messages: readonly BaseMessage[], sample: number): string {
    const { seed, temperature, noise } = this.settings;
    const which = temperature > 0 ? sample : 0;
    const request = messages.filter((m) => m.type !== 'system').map(getMessageText)[0] ?? '';
    if (this.role === 'judge')
      return writeJudgeReply(request, noise.judge, [seed, sample], JUDGE_BIASES.get(this.settings.model));
    if (this.role === 'optimizer') return writeOptimizerReply(request, [seed, sample]);
    if (this.role === 'reward') return writeRewardReply(request, [which]);
    const { prompt, examples, query } = readLayout(messages);
    return makeBaseResponder(this.persona, prompt, examples, noise.response, [seed, which])(query);
  }
}

function getPersona(name: string): Persona {
  const persona = PERSONAS.get(name);
  if (persona) return persona;
  throw new RangeError(
    `simulated base model: expected one of ${[...PERSONAS.keys()].join(', ')}, got "${name}"; set models.base.model to one of these`,
  );
}

/** A text up to the first of the stops. */
const cutAtStop = (text: string, stops: readonly string[]): string =>
  text.slice(0, Math.min(text.length, ...stops.map((s) => text.indexOf(s)).filter((at) => at >= 0)));

/** Tokens at four characters each. */
function estimateUsage(
  messages: readonly BaseMessage[],
  texts: readonly string[],
): Record<'promptTokens' | 'completionTokens' | 'totalTokens', number> {
  const [promptTokens, completionTokens] = [estimateTokens(messages.map(getMessageText)), estimateTokens(texts)];
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}

const estimateTokens = (all: readonly string[]): number =>
  Math.ceil(all.reduce((sum, text) => sum + text.length, 0) / 4);
