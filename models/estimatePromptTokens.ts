import { estimateTokens } from '../state/estimateTokens.ts';
import type { Prompt } from './transport.ts';

/** Estimates the tokens of a prompt, without the marks of a chat template. */
export function estimatePromptTokens(prompt: Prompt): number {
  if ('text' in prompt) return estimateTokens(prompt.text);
  const texts = 'texts' in prompt ? prompt.texts : prompt.messages.map(({ text }) => text);
  return texts.reduce((sum, text) => sum + estimateTokens(text), 0);
}
