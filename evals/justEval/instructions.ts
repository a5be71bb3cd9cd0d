import { z } from 'zod';
import type { JudgementMode } from './justEvalAspects.ts';
import { parseItems } from './parseItems.ts';

/** The address of just-eval-instruct: 1,000 instructions with tags. */
export const JUST_EVAL_URL =
  'https://huggingface.co/datasets/re-align/just-eval-instruct/resolve/main/test_all_with_tags.jsonl';

/** An instruction of the evaluation set. */
export interface Instruction {
  id: string | number;
  instruction: string;
  mode: JudgementMode;
  dataset?: string | undefined;
  source_id?: string | undefined;
  tags: readonly string[];
}

const TagList = z
  .union([z.array(z.string()), z.string()])
  .optional()
  .catch(undefined);
const RawInstruction = z.object({
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
  instruction: z.string().optional(),
  query: z.string().optional(),
  question: z.string().optional(),
  prompt: z.string().optional(),
  input: z.string().optional(),
  dataset: z.string().optional().catch(undefined),
  source_id: z.string().optional().catch(undefined),
  category: z.string().optional().catch(undefined),
  tags: TagList,
  task: TagList,
  topic: TagList,
  difficulty: z.union([z.string(), z.number()]).optional().catch(undefined),
  weight: z.unknown().optional(),
});

/** The data sets of safety instructions, for items without a category. */
const SAFETY_DATASET_PATTERN = /red[-_ ]?team|malicious/i;

/**
 * Parses instructions from a JSON list or JSON lines: texts, or objects in just-eval's format or with `query` or `prompt`.
 * @throws SyntaxError that says what was expected, and for which item
 */
export function parseInstructions(text: string): Instruction[] {
  const items = parseItems(text).map((item, i) =>
    toInstruction(typeof item === 'string' ? { instruction: item } : item, i),
  );
  if (items.length === 0) throw new SyntaxError('expected at least one instruction, got none');
  const ids = new Set(items.map((item) => String(item.id)));
  if (ids.size < items.length) throw new SyntaxError('expected a different id for each instruction, got repeated ones');
  return items;
}

function toInstruction(raw: unknown, index: number): Instruction {
  const { data } = RawInstruction.safeParse(raw);
  const text = data?.instruction ?? data?.query ?? data?.question ?? data?.prompt ?? data?.input;
  if (!data || text === undefined || text.trim() === '')
    throw new SyntaxError(
      `expected a text or an object with "instruction", "query", "question" or "prompt" as item ${index + 1}`,
    );
  if (data.weight !== undefined && data.weight !== null)
    throw new SyntaxError(
      `expected no weight in item ${index + 1}, because just-eval counts all instructions alike, got ${JSON.stringify(data.weight)}; remove it`,
    );
  const { id = index, dataset, source_id, category = '', difficulty } = data;
  const isSafety = /safety/i.test(category) || (category === '' && SAFETY_DATASET_PATTERN.test(dataset ?? ''));
  const tags = [...toTagList(data.tags), ...toTagList(data.task), ...toTagList(data.topic), ...toTagList(difficulty)];
  return { id, instruction: text, mode: isSafety ? 'safety' : 'regular', dataset, source_id, tags };
}

function toTagList(tags: readonly string[] | string | number | undefined): string[] {
  if (tags === undefined) return [];
  return typeof tags === 'object' ? [...tags] : [String(tags)];
}

/** Takes at most `limit` items, spread evenly over the list, so that every data set keeps its share. */
export function sampleEvenly<T>(items: readonly T[], limit: number | undefined): T[] {
  if (limit === undefined || limit >= items.length) return [...items];
  return Array.from({ length: limit }, (_, i) => items[Math.floor((i * items.length) / limit)]).filter(
    (item) => item !== undefined,
  );
}

const InstructionFilter = z.object({
  lite_regular_ids: z.array(z.number()).default([]),
  lite_safety_ids: z.array(z.number()).default([]),
});

/** Keeps the instructions that a filter file of just-eval names (`lite_regular_ids`, `lite_safety_ids`). @throws SyntaxError if it names none */
export function filterInstructions(items: readonly Instruction[], text: string): Instruction[] {
  const { data } = InstructionFilter.safeParse(parseItems(text)[0]);
  const ids = new Set([...(data?.lite_regular_ids ?? []), ...(data?.lite_safety_ids ?? [])].map(String));
  const kept = items.filter((item) => ids.has(String(item.id)));
  if (kept.length === 0)
    throw new SyntaxError(
      'expected lite_regular_ids or lite_safety_ids with ids of these instructions, got none of them',
    );
  return kept;
}
