import { readFileSync } from 'node:fs';
import { filtered, limited, PUBLIC_ADDRESS, readInstructions, type Instruction } from '../justEval/instructions.ts';
import { joined } from '../justEval/records.ts';
import { UserFault } from '../../run/config/userError.ts';

/** A file's text. @throws UserFault that names the flag */
export function textOf(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UserFault(`${flag}: expected a readable file, got ${file}`);
  }
}

/** Runs a reader over a file's text; its complaint becomes the user's, with the file's name. */
function read<T>(file: string, flag: string, reader: (text: string) => T): T {
  const text = textOf(file, flag);
  try {
    return reader(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserFault(`${file}: ${error.message}`);
    throw error;
  }
}

/** The judgements of the named files, joined. @throws UserFault */
export function judgedIn(files: readonly string[]): ReturnType<typeof joined> {
  for (const file of files) read(file, '--judged', (text) => joined([text]));
  const all = joined(files.map((file) => textOf(file, '--judged')));
  if (all.scored.length === 0)
    throw new UserFault(`--judged: expected at least one record, got none in ${files.join(', ')}`);
  return all;
}

export interface Which {
  /** Instructions at hand, which need no reading. */
  given?: Instruction[];
  instructions?: string | undefined;
  /** A filter file of just-eval. */
  lite?: string | undefined;
  limit?: number | undefined;
}

/** The instructions asked for: a file's, else just-eval's from its public address. @throws UserFault */
export async function instructionsFor({ given, instructions, lite, limit }: Which): Promise<Instruction[]> {
  const found = async (): Promise<Instruction[]> =>
    instructions === undefined ? published() : read(instructions, '--instructions', readInstructions);
  const all = given ?? (await found());
  return limited(lite === undefined ? all : read(lite, '--lite', (text) => filtered(all, text)), limit);
}

/** just-eval-instruct from its public address, for those who have a network. */
async function published(): Promise<Instruction[]> {
  const advice = 'give a file with --instructions';
  try {
    const reply = await fetch(PUBLIC_ADDRESS, { signal: AbortSignal.timeout(60_000) });
    if (reply.ok) return readInstructions(await reply.text());
    throw new UserFault(`--instructions: ${PUBLIC_ADDRESS} answered with status ${reply.status}; ${advice}`);
  } catch (error) {
    if (error instanceof UserFault) throw error;
    const why =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    throw new UserFault(`--instructions: expected ${PUBLIC_ADDRESS} to be within reach, got "${why}"; ${advice}`);
  }
}
