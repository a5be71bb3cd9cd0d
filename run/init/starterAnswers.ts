import { existsSync, statSync } from 'node:fs';
import { ModelSettings } from '../../models/settings.ts';
import { findNearName } from '../../state/findNearName.ts';
import { readText } from '../config/decodeFile.ts';
import { describeIssues } from '../config/describeIssues.ts';
import { parseModel } from '../config/parseModel.ts';
import { formatValue, UserError } from '../config/userError.ts';

/** How answers can be scored: the judge reads criteria or expected answers, checks need no judge. */
export const SCORE_KINDS = ['criteria', 'expected', 'checks'] as const;
export type ScoreKind = (typeof SCORE_KINDS)[number];

/** What `init` needs to know. */
export interface StarterAnswers {
  /** What the assistant is for and who asks it. Left out: the config has a line to fill in. */
  task?: string | undefined;
  /** MODEL[@BASEURL], or "simulated". */
  optimizer: string;
  /** Left out: the optimizer's model. */
  base?: string | undefined;
  /** The prompt to start from. Left out: the default of `initialPrompt`. */
  prompt?: string | undefined;
  scores: readonly ScoreKind[];
}

/** Reads kinds of scores, separated by commas; a number stands for the kind at that place. @throws UserError */
export function parseScores(text: string): ScoreKind[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const kinds = names.map((name) => {
    const kind = SCORE_KINDS.find((one, i) => one === name.toLowerCase() || String(i + 1) === name);
    if (kind !== undefined) return kind;
    const near = findNearName(name, SCORE_KINDS);
    throw new UserError(
      `--score: expected ${SCORE_KINDS.join(', ')}, or several with commas, got ${formatValue(name)}${near === undefined ? '' : `. Did you mean ${near}?`}`,
    );
  });
  if (kinds.length === 0) throw new UserError(`--score: expected ${SCORE_KINDS.join(', ')}, got nothing`);
  return [...new Set(kinds)];
}

/** Reads a prompt: the text of a file, or the text itself. One word can only be a file. @throws UserError */
export async function readPrompt(text: string): Promise<string> {
  const given = requireFlagText('prompt', text);
  if (existsSync(given) && statSync(given).isFile())
    return requireFlagText('prompt', await readText(given, '--prompt'));
  if (/\s/.test(given)) return given;
  throw new UserError(
    `--prompt: expected a text of several words or a readable file, got ${formatValue(given)}, which is no file; check the path`,
  );
}

/** Checks the model of a flag: MODEL[@BASEURL], or "simulated". @throws UserError, which does not show what may be a key */
export function requireModel(flag: string, text: string): string {
  const model = requireFlagText(flag, text);
  const input = parseModel(model);
  const { error } = ModelSettings.safeParse(input);
  if (error)
    throw new UserError(
      describeIssues(error, ModelSettings, input, `--${flag}`).map((line) =>
        line.replace(/^(model|baseUrl):/, `--${flag}:`),
      ),
    );
  return model;
}

/** A flag's text without white space around it and with plain line ends. @throws UserError if nothing is left */
export function requireFlagText(flag: string, text: string): string {
  const trimmed = text.replaceAll(/\r\n?/g, '\n').trim();
  if (trimmed === '')
    throw new UserError(`--${flag}: expected a text, got an empty one; leave the flag out if you have none`);
  return trimmed;
}
