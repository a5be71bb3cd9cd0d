import { toJsonLine } from '../run/progress.ts';
import type { OutputFlags } from './runFlags.ts';

/** Prints an outcome for people (on stderr with `--json`) and as JSON, and sets the exit code. */
export function printOutcome({ json, quiet }: OutputFlags, text: string, outcome: unknown, exitCode = 0): void {
  if (!quiet) (json ? process.stderr : process.stdout).write(`${text}\n`);
  if (json) process.stdout.write(toJsonLine(outcome));
  process.exitCode = exitCode;
}
