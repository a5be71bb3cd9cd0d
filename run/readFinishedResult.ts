import { existsSync } from 'node:fs';
import { ExamplesByQuery } from '../state/example.ts';
import { hashFile } from './fileDigests.ts';
import type { OptimizeResult } from './result.ts';
import { RESUMABLE_REASONS, type RunFolder } from './runFolder.ts';
import { writeResultFiles } from './writeResult.ts';

/** The result of a run that has ended; undefined if it can continue, or if one of its files is damaged or gone. */
export function readFinishedResult(folder: RunFolder): OptimizeResult | undefined {
  if (folder.isConfigLost || folder.isDamaged('result.json')) return undefined;
  const before = readResult(folder);
  if (!before || RESUMABLE_REASONS.has(before.stoppedBy)) return undefined;
  return listDamagedFiles(folder, before).length === 0 ? { ...before, warnings: before.warnings ?? [] } : undefined;
}

/**
 * The same for a locked folder. Files that are damaged or gone are written again from the result. If the result or the examples
 * are, the run has to be computed again from its answers.
 */
export function ensureWholeResult(folder: RunFolder): OptimizeResult | undefined {
  const finished = readFinishedResult(folder);
  if (finished || folder.isConfigLost) return finished;
  if (folder.isDamaged('result.json')) {
    folder.damage.push('result.json: damaged, so the run is computed again from its answers');
    return undefined;
  }
  const result = readResult(folder);
  if (!result || RESUMABLE_REASONS.has(result.stoppedBy)) return undefined;
  const damaged = listDamagedFiles(folder, result);
  const examples = damaged.includes('examples.json')
    ? undefined
    : ExamplesByQuery.safeParse(folder.readJson('examples.json')).data;
  const names = damaged.join(', ');
  folder.lacksRecords = damaged.some((name) => name === 'events.jsonl' || name === 'proof.jsonl');
  if (examples === undefined || folder.lacksRecords) {
    folder.damage.push(`${names}: damaged or gone, so the run is computed again from its answers`);
    return undefined;
  }
  folder.damage.push(`${names}: damaged or gone, so written again from result.json`);
  if (damaged.includes('nodes.jsonl')) {
    folder.forgetTree();
    for (const { kept: _, ...node } of result.nodes) folder.journal.append(node);
  }
  return writeResultFiles(folder, folder.readJson('config.json'), result, examples);
}

/** The result of a search; undefined if there is none, or one of another command. */
function readResult(folder: RunFolder): OptimizeResult | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it
  const result = folder.readJson('result.json') as Partial<OptimizeResult> | undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only a search has nodes
  return result?.nodes === undefined ? undefined : (result as OptimizeResult);
}

/** The files of a result that are not as it was written with them. */
function listDamagedFiles(folder: RunFolder, { digests, nodes, records }: OptimizeResult): string[] {
  const derived = Object.entries(digests ?? {}).filter(([name, digest]) => hashFile(folder.file(name)) !== digest);
  const hasPage = existsSync(folder.file('report.html')) && !folder.isDamaged('report.html');
  return [
    ...derived.map(([name]) => name),
    ...(folder.hasNodes(nodes.length) ? [] : ['nodes.jsonl']),
    ...folder.listDamagedRecords(records),
    ...(hasPage ? [] : ['report.html']),
  ];
}
