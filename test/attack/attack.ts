import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createMersenneTwister } from '../../statistics/random.ts';

/** What an attack showed: how many trials held, and how the others did not. */
export interface AttackOutcome {
  trials: number;
  failures: string[];
  /** Why it was not made, or not whole. */
  skipped?: string;
}

/** An attack of so many trials. `pick(n)` draws a whole number below n, the same ones for the same seed. */
export type Attack = (trials: number, pick: (n: number) => number) => Promise<AttackOutcome>;

/** Draws whole numbers from a seed. */
export function createPicker(seed: number): (n: number) => number {
  const draw = createMersenneTwister(seed);
  return (n) => draw() % n;
}

const scratch = mkdtempSync(join(tmpdir(), 'drpo-attack-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A new folder for a trial; all are removed in the end. */
export const makeScratchFolder = (): string => mkdtempSync(join(scratch, 't-'));

/** A copy of a run's folder as a kill would leave it. Its lock is no part of it. */
export function copyRun(from: string, to: string): string {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, filter: (file) => basename(file) !== 'lock.sqlite' });
  return to;
}

/** Runs each trial and counts those that held. A trial gives nothing, or says how it did not hold. */
export async function runTrials(
  trials: number,
  run: (trial: number) => Promise<string | undefined>,
): Promise<AttackOutcome> {
  const failures: string[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const failure = await run(trial).catch((error: unknown) => `threw ${String(error)}`);
    if (failure !== undefined) failures.push(`trial ${trial}: ${failure}`);
  }
  return { trials, failures };
}
