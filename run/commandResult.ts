import type { FolderOptions } from './openRunFolder.ts';
import type { Screen } from './progress.ts';
import type { OptimizeResult } from './result.ts';

export interface CommandOptions extends FolderOptions {
  screen: Screen | null;
}

/** How a run ended, with its exit code. */
export interface CommandResult<T> {
  exitCode: 0 | 3 | 130;
  outcome: T;
  folder: string;
}

/** The exit code of a run that was stopped. */
export const toExitCode = (reason: 'budget' | 'interrupted'): 3 | 130 => (reason === 'budget' ? 3 : 130);

/** How a search ended, with its exit code. */
export function toCommandResult(outcome: OptimizeResult, folder: string): CommandResult<OptimizeResult> {
  const { stoppedBy } = outcome;
  const exitCode = stoppedBy === 'budget' || stoppedBy === 'interrupted' ? toExitCode(stoppedBy) : 0;
  return { exitCode, outcome, folder };
}
