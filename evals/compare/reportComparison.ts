import { dirname } from 'node:path';
import { makeFolder } from '../../models/cache/makeFolder.ts';
import { redactSecrets } from '../../models/secrets.ts';
import { UserError } from '../../run/config/userError.ts';
import { writeAtomically } from '../../run/writeAtomically.ts';
import { getErrorMessage } from '../../state/failure.ts';
import type { CompareResult } from './comparePrompts.ts';
import { renderComparisonMarkdown } from './renderComparisonMarkdown.ts';
import { renderJUnit, renderJUnitError } from './renderJUnit.ts';
import { escapeMarkdown } from '../justEval/table.ts';

/** The files that report a comparison. */
export interface ReportFiles {
  markdown?: string | undefined;
  junit?: string | undefined;
}

/**
 * Makes a comparison and writes its reports. If it cannot be made, the reports say why, so that no report of an earlier one
 * stays. `names`: the operands. @throws UserError if a report cannot be written, and what `compare` throws
 */
export async function reportComparison(
  names: readonly string[],
  { markdown, junit }: ReportFiles,
  compare: () => Promise<CompareResult>,
): Promise<CompareResult> {
  try {
    const result = await compare();
    writeReport('--markdown', markdown, () => renderComparisonMarkdown(result.outcome));
    writeReport('--junit', junit, () => renderJUnit(result.outcome));
    return result;
  } catch (error) {
    const reason = redactSecrets(getErrorMessage(error));
    const shown = names.map(hideAddress);
    writeReport('--markdown', markdown, () => `# Prompts compared\n\nNo verdict: ${escapeMarkdown(reason)}\n`);
    writeReport('--junit', junit, () => renderJUnitError(shown, reason));
    throw error;
  }
}

/** An operand without the address of its model, which may be the wrong place of a key. */
const hideAddress = (name: string): string => name.replace(/@https?:.*$/is, '@…');

function writeReport(flag: string, file: string | undefined, render: () => string): void {
  if (file === undefined) return;
  try {
    makeFolder(dirname(file));
    writeAtomically(file, [render()]);
  } catch (error) {
    throw new UserError(
      `${flag}: expected a file that can be written, got ${file} (${getErrorMessage(error)}); choose another`,
    );
  }
}
