import { readFileSync } from 'node:fs';
import {
  filterInstructions,
  sampleEvenly,
  JUST_EVAL_URL,
  parseInstructions,
  type Instruction,
} from '../justEval/instructions.ts';
import { joinRecords } from '../justEval/records.ts';
import { UserError } from '../../run/config/userError.ts';

/** A file's text. @throws UserError that names the flag */
export function readTextFile(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UserError(`${flag}: expected a readable file, got ${file}`);
  }
}

/** Runs a reader over a file's text; its complaint becomes the user's, with the file's name. */
function parseFile<T>(file: string, flag: string, reader: (text: string) => T): T {
  const text = readTextFile(file, flag);
  try {
    return reader(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

/** The judgements of the named files, joined. @throws UserError */
export function readJudgements(files: readonly string[]): ReturnType<typeof joinRecords> {
  for (const file of files) parseFile(file, '--judged', (text) => joinRecords([text]));
  const all = joinRecords(files.map((file) => readTextFile(file, '--judged')));
  if (all.scored.length === 0)
    throw new UserError(`--judged: expected at least one record, got none in ${files.join(', ')}`);
  return all;
}

export interface InstructionSource {
  /** Instructions at hand, which need no reading. */
  readyInstructions?: Instruction[];
  instructions?: string | undefined;
  /** A filter file of just-eval. */
  lite?: string | undefined;
  limit?: number | undefined;
}

/** The instructions asked for: a file's, else just-eval's from its public address. @throws UserError */
export async function loadInstructions({
  readyInstructions: given,
  instructions,
  lite,
  limit,
}: InstructionSource): Promise<Instruction[]> {
  const found = async (): Promise<Instruction[]> =>
    instructions === undefined ? fetchJustEval() : parseFile(instructions, '--instructions', parseInstructions);
  const all = given ?? (await found());
  return sampleEvenly(
    lite === undefined ? all : parseFile(lite, '--lite', (text) => filterInstructions(all, text)),
    limit,
  );
}

/** just-eval-instruct from its public address, for those who have a network. */
async function fetchJustEval(): Promise<Instruction[]> {
  const advice = 'give a file with --instructions';
  try {
    const reply = await fetch(JUST_EVAL_URL, { signal: AbortSignal.timeout(60_000) });
    if (reply.ok) return parseInstructions(await reply.text());
    throw new UserError(`--instructions: ${JUST_EVAL_URL} answered with status ${reply.status}; ${advice}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    throw new UserError(`--instructions: expected ${JUST_EVAL_URL} to be within reach, got "${why}"; ${advice}`);
  }
}
