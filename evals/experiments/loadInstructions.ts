import { UserError } from '../../run/config/userError.ts';
import {
  filterInstructions,
  JUST_EVAL_URL,
  parseInstructions,
  sampleEvenly,
  type Instruction,
} from '../justEval/instructions.ts';
import { joinRecords } from '../justEval/records.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';

/** Which instructions are evaluated. */
export interface InstructionSource {
  /** A file; the default is just-eval-instruct from its public address. */
  instructions?: string | undefined;
  /** A filter file of just-eval that names the ids to use. */
  lite?: string | undefined;
  /** Instructions to use at most, 1 or more, spread evenly over the set. */
  limit?: number | undefined;
}

/** Milliseconds that the download of just-eval-instruct may take. */
const DOWNLOAD_TIMEOUT_MS = 60_000;

/** Reads or downloads the instructions, filtered and sampled; `readyInstructions` need no reading. @throws UserError */
export async function loadInstructions(
  { instructions: file, lite, limit }: InstructionSource,
  readyInstructions?: Instruction[],
): Promise<Instruction[]> {
  const all =
    readyInstructions ??
    (file === undefined ? await fetchJustEval() : parseFile(file, '--instructions', parseInstructions));
  return sampleEvenly(
    lite === undefined ? all : parseFile(lite, '--lite', (text) => filterInstructions(all, text)),
    limit,
  );
}

/** Reads the judgements of the named files, each counted once. @throws UserError */
export function readJudgements(files: readonly string[]): ReturnType<typeof joinRecords> {
  for (const file of files) parseFile(file, '--judged', (text) => joinRecords([text]));
  const judgements = joinRecords(files.map((file) => readTextFile(file, '--judged')));
  if (judgements.scored.length === 0)
    throw new UserError(`--judged: expected at least one record, got none in ${files.join(', ')}`);
  return judgements;
}

/** Parses a file's text; a syntax error becomes the user's error, with the file's name. */
function parseFile<T>(file: string, flag: string, parse: (text: string) => T): T {
  const text = readTextFile(file, flag);
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

async function fetchJustEval(): Promise<Instruction[]> {
  const advice = 'name a file with --instructions';
  try {
    const response = await fetch(JUST_EVAL_URL, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (response.ok) return parseInstructions(await response.text());
    throw new UserError(`--instructions: ${JUST_EVAL_URL} answered with status ${response.status}; ${advice}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    throw new UserError(`--instructions: expected ${JUST_EVAL_URL} to be reachable, got "${reason}"; ${advice}`);
  }
}
