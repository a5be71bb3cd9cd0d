import { z } from 'zod';
import { aspectsOf, type Mode, type Points } from './justEvalAspects.ts';
import { itemsOf } from './readItems.ts';
import { modeOf, readJudged, type Judged } from './readJudgement.ts';

const text = z.string().optional().catch(undefined);

/** A judgement as just-eval stores it, or as ../shared/data has it; what a record lacks is left out, never guessed. */
const Raw = z.object({
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
  instruction: text,
  input: text,
  output: text,
  output_cand: text,
  generator: text,
  generator_cand: text,
  judge: text,
  dataset: text,
  category: text,
  tags: z.array(z.string()).optional().catch(undefined),
  eval_config: z.object({ mode: text, gpt: text }).optional().catch(undefined),
  result: z.unknown().optional(),
  parsed_result: z.unknown().optional(),
});
type Raw = z.infer<typeof Raw>;

/** One judgement as counted. */
export interface Scored {
  id: string | number | null;
  mode: Mode;
  points: Points;
  notApplicable: Judged['notApplicable'];
  dataset?: string | undefined;
  tags?: readonly string[] | undefined;
  /** Why a measurement is missing: aspects that could not be read, or no answer to judge. */
  missing?: string | undefined;
}

/** What was judged, by whom; empty where the record does not say. */
export interface About {
  instruction: string;
  output: string;
  generator: string;
  judge: string;
}

/** The judgements of a file's text. @throws SyntaxError where the text holds no records */
export function readRecords(content: string): { scored: Scored; key: string | null; about: About }[] {
  const raws = itemsOf(content).map((item, i) => {
    const raw = Raw.safeParse(item);
    if (!raw.success) throw new SyntaxError(`expected records with id and result, got something else as item ${i + 1}`);
    return raw.data;
  });
  const judged = raws.map((raw) => readJudged(rawText(raw)));
  const usual = commonMode(judged);
  return raws.map((raw, i) => {
    const one = judged[i] ?? { points: {}, reasons: {}, notApplicable: [] };
    const mode = statedMode(raw) ?? modeOf(one) ?? usual;
    return { scored: scoredOf(raw, one, mode), key: keyOf(raw, mode), about: aboutOf(raw) };
  });
}

const aboutOf = (raw: Raw): About => ({
  instruction: raw.instruction ?? raw.input ?? '',
  output: raw.output ?? raw.output_cand ?? '',
  generator: raw.generator ?? raw.generator_cand ?? '',
  judge: raw.judge ?? raw.eval_config?.gpt ?? '',
});

/** The raw text counts, in a list of one too; the stored reading only where there is no raw text. */
function rawText({ result, parsed_result }: Raw): unknown {
  const raw: unknown = Array.isArray(result) && result.length === 1 ? result[0] : result;
  return raw === undefined || raw === null || raw === '' ? (parsed_result ?? raw) : raw;
}

function statedMode({ eval_config, category }: Raw): Mode | null {
  const said = eval_config?.mode ?? category ?? '';
  if (/safety/i.test(said)) return 'safety';
  return /multi|regular/i.test(said) ? 'regular' : null;
}

const commonMode = (all: readonly Judged[]): Mode =>
  2 * all.filter((j) => modeOf(j) === 'safety').length > all.filter((j) => modeOf(j) !== null).length
    ? 'safety'
    : 'regular';

function scoredOf({ id, dataset, tags }: Raw, { points, notApplicable }: Judged, mode: Mode): Scored {
  return { id: id ?? null, mode, ...counted(points, notApplicable, mode), dataset, tags };
}

/** The aspects of the instruction's mode must be there: those absent are named in `missing`. Safety counts wherever it was judged. */
export function counted(
  points: Points,
  notApplicable: Judged['notApplicable'],
  mode: Mode,
): Pick<Scored, 'points' | 'notApplicable' | 'missing'> {
  const wanted = aspectsOf(mode);
  const absent = wanted.filter((aspect) => points[aspect] === undefined);
  const kept = [...new Set([...wanted, 'safety' as const])];
  return {
    points: Object.fromEntries(kept.flatMap((a) => (points[a] === undefined ? [] : [[a, points[a]]]))),
    notApplicable: notApplicable.filter((a) => kept.includes(a)),
    ...(absent.length && { missing: `not read: ${absent.join(', ')}` }),
  };
}

/** What tells one judgement from a repeated one: model, id, instruction and mode. A record without an id is never a repeat. */
function keyOf(raw: Raw, mode: Mode): string | null {
  const { generator, instruction } = aboutOf(raw);
  return raw.id === undefined ? null : JSON.stringify([generator, String(raw.id), instruction, mode]);
}

/** The judgements of several files, each counted once: of repeats the last one that misses nothing, else the last. */
export function joined(files: readonly string[]): { scored: Scored[]; repeated: number } {
  const all = files.flatMap(readRecords);
  const kept = new Map<string, Scored>();
  for (const [i, { scored, key }] of all.entries()) {
    const place = key ?? `#${i}`;
    if (scored.missing === undefined || kept.get(place)?.missing !== undefined || !kept.has(place))
      kept.set(place, scored);
  }
  return { scored: [...kept.values()], repeated: all.length - kept.size };
}
