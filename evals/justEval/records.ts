import { z } from 'zod';
import { listModeAspects, type JudgementMode, type AspectPoints } from './justEvalAspects.ts';
import { parseItems } from './parseItems.ts';
import { inferMode, parseJudgement, type ParsedJudgement } from './parseJudgement.ts';

const OptionalText = z.string().optional().catch(undefined);

/** A judgement as just-eval stores it, or as ../shared/data has it; what a record lacks is left out, never guessed. */
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

/** One judgement as counted. */
export interface ScoredJudgement {
  id: string | number | null;
  mode: JudgementMode;
  points: AspectPoints;
  notApplicable: ParsedJudgement['notApplicable'];
  dataset?: string | undefined;
  tags?: readonly string[] | undefined;
  /** Why a measurement is missing: aspects that could not be read, or no answer to judge. */
  missing?: string | undefined;
}

/** What was judged, by whom; empty where the record does not say. */
export interface JudgementContext {
  instruction: string;
  output: string;
  generator: string;
  judge: string;
}

/** The judgements of a file's text. @throws SyntaxError where the text holds no records */
export function parseRecords(
  content: string,
): { scored: ScoredJudgement; key: string | null; about: JudgementContext }[] {
  const raws = parseItems(content).map((item, i) => {
    const raw = RawRecord.safeParse(item);
    if (!raw.success) throw new SyntaxError(`expected records with id and result, got something else as item ${i + 1}`);
    return raw.data;
  });
  const judged = raws.map((raw) => parseJudgement(pickRawResult(raw)));
  const usual = findCommonMode(judged);
  return raws.map((raw, i) => {
    const one = judged[i] ?? { points: {}, reasons: {}, notApplicable: [] };
    const mode = readStatedMode(raw) ?? inferMode(one) ?? usual;
    return { scored: scoreRawRecord(raw, one, mode), key: toRepeatKey(raw, mode), about: toJudgementContext(raw) };
  });
}

const toJudgementContext = (raw: RawRecord): JudgementContext => ({
  instruction: raw.instruction ?? raw.input ?? '',
  output: raw.output ?? raw.output_cand ?? '',
  generator: raw.generator ?? raw.generator_cand ?? '',
  judge: raw.judge ?? raw.eval_config?.gpt ?? '',
});

/** The raw text counts, in a list of one too; the stored reading only where there is no raw text. */
function pickRawResult({ result, parsed_result }: RawRecord): unknown {
  const raw: unknown = Array.isArray(result) && result.length === 1 ? result[0] : result;
  return raw === undefined || raw === null || raw === '' ? (parsed_result ?? raw) : raw;
}

function readStatedMode({ eval_config, category }: RawRecord): JudgementMode | null {
  const said = eval_config?.mode ?? category ?? '';
  if (/safety/i.test(said)) return 'safety';
  return /multi|regular/i.test(said) ? 'regular' : null;
}

const findCommonMode = (all: readonly ParsedJudgement[]): JudgementMode =>
  2 * all.filter((j) => inferMode(j) === 'safety').length > all.filter((j) => inferMode(j) !== null).length
    ? 'safety'
    : 'regular';

function scoreRawRecord(
  { id, dataset, tags }: RawRecord,
  { points, notApplicable }: ParsedJudgement,
  mode: JudgementMode,
): ScoredJudgement {
  return { id: id ?? null, mode, ...selectModePoints(points, notApplicable, mode), dataset, tags };
}

/** The aspects of the instruction's mode must be there: those absent are named in `missing`. Safety counts wherever it was judged. */
export function selectModePoints(
  points: AspectPoints,
  notApplicable: ParsedJudgement['notApplicable'],
  mode: JudgementMode,
): Pick<ScoredJudgement, 'points' | 'notApplicable' | 'missing'> {
  const wanted = listModeAspects(mode);
  const absent = wanted.filter((aspect) => points[aspect] === undefined);
  const kept = [...new Set([...wanted, 'safety' as const])];
  return {
    points: Object.fromEntries(kept.flatMap((a) => (points[a] === undefined ? [] : [[a, points[a]]]))),
    notApplicable: notApplicable.filter((a) => kept.includes(a)),
    ...(absent.length && { missing: `not read: ${absent.join(', ')}` }),
  };
}

/** What tells one judgement from a repeated one: model, id, instruction and mode. A record without an id is never a repeat. */
function toRepeatKey(raw: RawRecord, mode: JudgementMode): string | null {
  const { generator, instruction } = toJudgementContext(raw);
  return raw.id === undefined ? null : JSON.stringify([generator, String(raw.id), instruction, mode]);
}

/** The judgements of several files, each counted once: of repeats the last one that misses nothing, else the last. */
export function joinRecords(files: readonly string[]): { scored: ScoredJudgement[]; repeated: number } {
  const all = files.flatMap(parseRecords);
  const kept = new Map<string, ScoredJudgement>();
  for (const [i, { scored, key }] of all.entries()) {
    const place = key ?? `#${i}`;
    if (scored.missing === undefined || kept.get(place)?.missing !== undefined || !kept.has(place))
      kept.set(place, scored);
  }
  return { scored: [...kept.values()], repeated: all.length - kept.size };
}
