import { z } from 'zod';
import type { Turn } from '../../../state/example.ts';
import { readText } from '../../config/decodeFile.ts';
import { formatValue } from '../../config/userError.ts';
import { fillTemplate, listVariables, UnmappedError, type Vars } from './fillTemplate.ts';
import { findPath, readStructure } from './readPromptfooFile.ts';

/** What of a prompt of promptfoo improves, and what asks. */
export interface SplitPrompt {
  /** The system prompt. Empty: the prompt has none. */
  system: string;
  /** The turns of one test: the last is the query. @throws UnmappedError */
  toTurns: (vars: Vars) => Turn[];
  /** Whether the prompt was one text, whose first lines became the system prompt. */
  isCut: boolean;
}

/** A line between the prompts of a text file. */
const DELIMITER = '---';

/** Lists the prompts of a config as texts, each with its place. @throws UserError, UnmappedError */
export async function listPrompts(prompts: unknown, folder: string): Promise<string[]> {
  const all: string[] = [];
  for (const one of [prompts].flat()) all.push(...(await readPrompts(one, folder)));
  return all;
}

async function readPrompts(prompt: unknown, folder: string): Promise<string[]> {
  const text: unknown =
    typeof prompt === 'string' ? prompt : (Reflect.get(Object(prompt), 'raw') ?? Reflect.get(Object(prompt), 'id'));
  if (typeof text !== 'string')
    throw new UnmappedError(`expected a prompt as a text or a file, got ${formatValue(prompt)}`);
  const file = findPath(text, folder);
  if (file === undefined) return [text];
  if (/\.txt$/i.test(file))
    return (await readText(file, '--from'))
      .split(/\r?\n/)
      .join('\n')
      .split(new RegExp(`^[^\\S\\n]*${DELIMITER}[^\\S\\n]*$`, 'm'))
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (/\.(json|ya?ml)$/i.test(file)) return [JSON.stringify(await readStructure(file))];
  if (/\.md$/i.test(file)) return [await readText(file, '--from')];
  throw new UnmappedError(`the prompt ${formatValue(text)} is no text, JSON or YAML; code is not run here`);
}

const ChatTurn = z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: z.string() });

/** Splits a prompt into the system prompt and the query. `tests` says which variables differ. @throws UnmappedError */
export function splitPrompt(prompt: string, tests: readonly Vars[]): SplitPrompt {
  const parsed = parseChat(prompt);
  const [first = {}] = tests;
  if (parsed === undefined) return splitText(prompt, tests, first);
  const start = parsed.findIndex(({ role }) => role === 'user' || role === 'assistant');
  const [before, after] = [parsed.slice(0, start), parsed.slice(start)];
  if (start < 0 || after.at(-1)?.role !== 'user' || after.some(({ role }) => role === 'system' || role === 'developer'))
    throw new UnmappedError('expected a chat whose system messages come first and whose last message is the user’s');
  const template = before.map(({ content }) => content).join('\n\n');
  const system = fillTemplate(template, first);
  if (tests.some((vars) => fillTemplate(template, vars) !== system))
    throw new UnmappedError(
      `the system message differs between tests by ${listVariables(template)
        .map((name) => `{{${name}}}`)
        .join(', ')}`,
    );
  const toTurns = (vars: Vars): Turn[] =>
    after.map(({ role, content }) => ({
      role: role === 'assistant' ? role : 'user',
      content: fillTemplate(content, vars),
    }));
  return { system, toTurns, isCut: false };
}

function parseChat(prompt: string): z.infer<typeof ChatTurn>[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(prompt);
  } catch {
    return undefined;
  }
  const turns = z.array(ChatTurn).safeParse(parsed);
  if (turns.success) return turns.data;
  throw new UnmappedError('expected a chat of {role, content} with texts, got other JSON');
}

/** The lines before the first variable that differs are the system prompt; the rest asks. */
function splitText(prompt: string, tests: readonly Vars[], first: Vars): SplitPrompt {
  const differs = (name: string): boolean => tests.length < 2 || tests.some((vars) => vars[name] !== first[name]);
  const lines = prompt.split('\n');
  const at = lines.findIndex((line) => listVariables(line).some(differs));
  if (at < 0) {
    fillTemplate(prompt, first);
    throw new UnmappedError('it has no variable that differs between tests, so nothing is asked');
  }
  const [head, tail] = [lines.slice(0, at).join('\n'), lines.slice(at).join('\n')];
  const system = fillTemplate(head, first).trim();
  return { system, toTurns: (vars) => [{ role: 'user', content: fillTemplate(tail, vars) }], isCut: system !== '' };
}
