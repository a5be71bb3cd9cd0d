import type { Generation } from '@langchain/core/outputs';
import { z } from 'zod';
import { readDigitOdds } from '../readDigitOdds.ts';
import { readUsage } from '../readUsage.ts';
import type { Reply } from '../transport.ts';

/** Under which name a provider says why a reply ended. */
const FinishMetadata = z
  .object({
    finish_reason: z.string().nullable(),
    finishReason: z.string().nullable(),
    stop_reason: z.string().nullable(),
    stopReason: z.string().nullable(),
    done_reason: z.string().nullable(),
  })
  .partial();
const Metadata = z.object({
  generationInfo: FinishMetadata.extend({ logprobs: z.unknown().optional() }).optional().catch(undefined),
  message: z
    .object({
      text: z.string().optional().catch(undefined),
      response_metadata: FinishMetadata.optional().catch(undefined),
      usage_metadata: z.unknown().optional(),
    })
    .optional(),
});

/** The reply of any LangChain model: whole texts, OpenAI's finish reasons, and the tokens that are billed. */
export function readReply(generations: readonly Generation[], llmOutput: Record<string, unknown> | undefined): Reply {
  const all = generations.map((generation) => Metadata.parse(generation));
  // `text` of a generation is empty, or the first block, if a message has several
  const texts = all.map(({ message }, i) => message?.text ?? generations[i]?.text ?? '');
  const digits = texts.map((text, i) => readDigitOdds(text, all[i]?.generationInfo?.logprobs));
  return {
    texts: texts.length ? texts : [''],
    finish: all.map(findFinishReason),
    usage: readUsage(all[0]?.message?.usage_metadata) ?? readUsage(llmOutput?.['tokenUsage']),
    ...(digits.some((own) => own.length > 0) && { digits }),
  };
}

function findFinishReason({ generationInfo, message }: z.infer<typeof Metadata>): string {
  const { logprobs: _, ...info } = generationInfo ?? {};
  const fields = { ...message?.response_metadata, ...info };
  return toFinishReason(Object.values(fields).find((reason) => typeof reason === 'string') ?? '');
}

/** What providers say of a reply that was cut at the limit, that a filter blocked, or that is complete. */
const CUT = /^(length|max_?tokens|model_length|model_context_window_exceeded|error_limit)$/i;
const BLOCKED =
  /^(content_?filter(ed)?|safety|image_safety|refusal|recitation|prohibited_content|blocklist|spii|guardrail_intervened|error_toxic)$/i;
const COMPLETE = /^(stop|end_turn|stop_sequence|complete)$/i;

/** A provider's finish reason under OpenAI's name: "length", "content_filter" or "stop"; any other stays. */
export function toFinishReason(reason: string): string {
  if (CUT.test(reason)) return 'length';
  if (BLOCKED.test(reason)) return 'content_filter';
  return COMPLETE.test(reason) ? 'stop' : reason;
}

/** A reply in which a filter or the limit left nothing, which Gemini's class throws. Null for any other error. */
export function readEmptyReply(error: unknown): Reply | null {
  const { blockReason, finishReason } = EmptyContent.safeParse(error).data ?? {};
  if (blockReason === undefined && finishReason === undefined) return null;
  const finish = blockReason === undefined ? toFinishReason(finishReason ?? '') : 'content_filter';
  return { texts: [''], finish: [finish], usage: null };
}

const EmptyContent = z.object({
  name: z.literal('EmptyContentError'),
  blockReason: z.string().optional().catch(undefined),
  finishReason: z.string().optional().catch(undefined),
});
