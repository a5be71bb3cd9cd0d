import { z } from 'zod';
import { listModeAspects, type JudgementMode, type AspectPoints } from './justEvalAspects.ts';
import { parseItems } from './parseItems.ts';
import { inferMode, parseJudgement, type ParsedJudgement } from './parseJudgement.ts';

const OptionalText = z.string().optional().catch(undefined);

/** A judgement as just-eval stores it; what a record lacks is left out, and never guessed. */
const RawRecord = z.object({
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
  instruction: OptionalText,
  input: OptionalText,
  output: OptionalText,
  output_cand: OptionalText,
  generator: OptionalText,
  generator_cand: OptionalText,
  judge: OptionalText,
  dataset: OptionalText,
  category: OptionalText,
  tags: z.array(z.string()).optional().catch(undefined),
  eval_config: z.object({ mode: OptionalText, gpt: OptionalText }).optional().catch(undefined),
  result: z.unknown().optional(),
  parsed_result: z.unknown().optional(),
});
type RawRecord = z.infer<typeof RawRecord>;

/** The points of one judgement. */
export interface ScoredJudgement {
  id: string | number | null;
  mode: JudgementMode;
  points: AspectPoints;
  notApplicable: ParsedJudgement['notApplicable'];
  dataset?: string | undefined;
  tags?: readonly string[] | undefined;
  /** Why points are missing: the aspects that could not be read, or why there was no answer. */
  missing?: string | undefined;
}

/** What was judged, and by whom; a text is empty if the record does not say. */
export interface JudgementContext {
  instruction: string;
  output: string;
  generator: string;
  judge: string;
}

/** A record's points, the key that repeated judgements share (null if the record has no id), and its context. */
export interface ParsedRecord {
  scored: ScoredJudgement;
  key: string | null;
  context: JudgementContext;
}

/** Parses the judgements in a file's text. @throws SyntaxError if the text holds no records */
export function parseRecords(content: string): ParsedRecord[] {
  const raws = parseItems(content).map((item, i) => {
    const raw = RawRecord.safeParse(item);
    if (!raw.success) throw new SyntaxError(`expected records with id and result, got something else as item ${i + 1}`);
    return raw.data;
  });
  const judgements = raws.map((raw) => ({ raw, judgement: parseJudgement(pickRawResult(raw)) }));
  const commonMode = findCommonMode(judgements.map(({ judgement }) => judgement));
  return judgements.map(({ raw, judgement }) => {
    const mode = readStatedMode(raw) ?? inferMode(judgement) ?? commonMode;
    return {
      scored: scoreRawRecord(raw, judgement, mode),
      key: toRepeatKey(raw, mode),
      context: toJudgementContext(raw),
    };
  });
}

const toJudgementContext = (raw: RawRecord): JudgementContext => ({
  instruction: raw.instruction ?? raw.input ?? '',
  output: raw.output ?? raw.output_cand ?? '',
  generator: raw.generator ?? raw.generator_cand ?? '',
  judge: raw.judge ?? raw.eval_config?.gpt ?? '',
});

/** The raw reply, alone or in a list of one; if there is none, the stored reading. */
function pickRawResult({ result, parsed_result }: RawRecord): unknown {
  const raw: unknown = Array.isArray(result) && result.length === 1 ? result[0] : result;
  return raw === undefined || raw === null || raw === '' ? (parsed_result ?? raw) : raw;
}

function readStatedMode({ eval_config, category }: RawRecord): JudgementMode | null {
  const mode = eval_config?.mode ?? category ?? '';
  if (/safety/i.test(mode)) return 'safety';
  return /multi|regular/i.test(mode) ? 'regular' : null;
}

function findCommonMode(judgements: readonly ParsedJudgement[]): JudgementMode {
  const modes = judgements.flatMap((judgement) => inferMode(judgement) ?? []);
  return 2 * modes.filter((mode) => mode === 'safety').length > modes.length ? 'safety' : 'regular';
}

function scoreRawRecord(
  { id, dataset, tags }: RawRecord,
  { points, notApplicable }: ParsedJudgement,
  mode: JudgementMode,
): ScoredJudgement {
  return { id: id ?? null, mode, ...selectModePoints(points, notApplicable, mode), dataset, tags };
}

/** Selects the points of a mode's aspects; `missing` names those that are absent. Safety counts in every mode. */
export function selectModePoints(
  points: AspectPoints,
  notApplicable: ParsedJudgement['notApplicable'],
  mode: JudgementMode,
): Pick<ScoredJudgement, 'points' | 'notApplicable' | 'missing'> {
  const aspects = listModeAspects(mode);
  const absent = aspects.filter((aspect) => points[aspect] === undefined);
  const kept = [...new Set([...aspects, 'safety' as const])];
  return {
    points: Object.fromEntries(kept.flatMap((a) => (points[a] === undefined ? [] : [[a, points[a]]]))),
    notApplicable: notApplicable.filter((a) => kept.includes(a)),
    ...(absent.length && { missing: `not read: ${absent.join(', ')}` }),
  };
}

/** Repeated judgements have the same model, id, instruction and mode; a record without an id is never a repeat. */
function toRepeatKey(raw: RawRecord, mode: JudgementMode): string | null {
  const { generator, instruction } = toJudgementContext(raw);
  return raw.id === undefined ? null : JSON.stringify([generator, String(raw.id), instruction, mode]);
}

/** Joins the judgements of several files. Of repeated ones the last complete one counts, else the last one. @throws SyntaxError */
export function joinRecords(files: readonly string[]): { scored: ScoredJudgement[]; repeated: number } {
  const records = files.flatMap(parseRecords);
  const kept = new Map<string, ScoredJudgement>();
  for (const [i, { scored, key }] of records.entries()) {
    const identity = key ?? `#${i}`;
    if (scored.missing === undefined || kept.get(identity)?.missing !== undefined || !kept.has(identity))
      kept.set(identity, scored);
  }
  return { scored: [...kept.values()], repeated: records.length - kept.size };
}
