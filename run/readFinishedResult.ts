import type { OptimizeResult } from './result.ts';
import type { RunFolder } from './runFolder.ts';

const RESUMABLE_REASONS = new Set(['budget', 'interrupted']);

/** The result of a run that has ended; undefined if it can continue. */
export function readFinishedResult(folder: RunFolder): OptimizeResult | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it
  const before = folder.readJson('result.json') as OptimizeResult | undefined;
  return before && !RESUMABLE_REASONS.has(before.stoppedBy)
    ? { ...before, warnings: before.warnings ?? [] }
    : undefined;
}
