import type { ChoiceCounting } from './choiceCounting.ts';
import { estimateTokens } from '../../state/estimateTokens.ts';
import { estimatePromptTokens } from '../estimatePromptTokens.ts';
import type { RoleModel } from './roleModel.ts';
import type { ModelRequest, Reply, TokenUsage } from '../transport.ts';

/** The usage of a request: as reported, and estimated from the texts where the endpoint reported nothing or left completions out. */
export function completeUsage(
  { role, transport, settings }: RoleModel,
  request: ModelRequest,
  reply: Reply,
  counting: ChoiceCounting,
): TokenUsage {
  const { usage, thoughts = [] } = reply;
  const texts = reply.texts.map((text, i) => `${thoughts[i] ?? ''}\n${text}`.trim());
  const sumTexts = (): number =>
    role === 'embeddings' ? 0 : texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  const input = usage?.input ?? estimatePromptTokens(request.prompt);
  const reported = usage?.output ?? sumTexts();
  const model = `${transport.endpoint} ${transport.model}`;
  const uncounted =
    usage?.output === undefined
      ? 0
      : counting.estimateUncounted(model, request, { ...reply, texts }, reported, settings.maxTokens ?? null);
  const output = reported + uncounted;
  const cachedInput = Math.min(usage?.cachedInput ?? 0, input);
  const writtenInput = Math.min(usage?.writtenInput ?? 0, input - cachedInput);
  return {
    input,
    cachedInput,
    ...(writtenInput > 0 && { writtenInput }),
    output,
    reasoning: Math.min(usage?.reasoning ?? 0, output),
    estimated: (usage?.input === undefined ? input : 0) + (usage?.output === undefined ? output : uncounted),
  };
}
