import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listRunModules } from './config/checkModules.ts';
import { listDataFiles } from './config/listDataFiles.ts';
import { readRunData } from './config/readData.ts';
import { UserError } from './config/userError.ts';
import { checkRunParts } from './checkRunParts.ts';
import { checkOptions, type CheckedOptions } from './checkOptions.ts';
import { EventReporter } from './eventReporter.ts';
import { withExitCode } from './exitCode.ts';
import { withGivenFiles, writeGivenData } from './givenData.ts';
import { getDefaultFolder } from './openRunFolder.ts';
import { resolveModelNames } from './resolveModelNames.ts';
import type { OptimizeOptions } from './optimizeOptions.ts';
import { importCheckFunction } from './importCheckFunction.ts';
import { hashReplacements } from './hashReplacements.ts';
import { readFinishedResult, ensureWholeResult } from './readFinishedResult.ts';
import type { OptimizeResult } from './result.ts';
import { RunFolder } from './runFolder.ts';
import { runSearch } from './runSearch.ts';
import { openSession, type Session } from './session.ts';

/** What `result.json` holds, and the folder that holds it. */
export interface OptimizedRun extends OptimizeResult {
  folder: string;
}

/**
 * The whole of DRPO into a run's folder. An unfinished run continues there and repeats no answered call; a finished one is
 * returned and sends nothing. A budget or an abort resolves with the best prompt so far, named in `stoppedBy`.
 * @throws an error whose `exitCode` is 2 for a mistake in options, config or data, else 1
 * @example
 * import { optimize } from 'drpo';
 * const { bestPrompt } = await optimize({ config: { models: { optimizer: 'simulated' }, search: { depth: 3 } } });
 * console.log(bestPrompt);
 */
export async function optimize(options: OptimizeOptions): Promise<OptimizedRun> {
  try {
    return await runInFolder(checkOptions(options));
  } catch (error) {
    throw withExitCode(error);
  }
}

async function runInFolder({ models, nodes, data, ...options }: CheckedOptions): Promise<OptimizedRun> {
  const replacements = { models, nodes };
  const named = await resolveModelNames(options.config, options.fresh ? undefined : options.folder);
  const digests = await hashReplacements(named, replacements, data);
  const path = resolve(options.folder ?? getDefaultFolder(named, digests));
  const config = withGivenFiles(named, (name) => join(path, name), data);
  const known = options.fresh ? undefined : RunFolder.find(path, config, digests);
  if (known) requireLocalRun(known);
  const whole = known && readFinishedResult(known);
  if (whole) return endFinishedRun(path, whole, options.onEvent);
  const given = Object.keys(data).length > 0;
  let description: string | undefined;
  let modules: string[] = [];
  const read = async () => {
    const inputs = await readRunData(config, (text) => (description = text));
    modules = listRunModules(config, inputs.queries);
    await Promise.all(modules.map(importCheckFunction));
    return inputs;
  };
  const inputs = given ? undefined : await read();
  await checkRunParts(config, replacements);
  const reporter = new EventReporter(options.onEvent);
  const onEvent = reporter.report;
  const folder = RunFolder.open(path, config, options.fresh, digests, [...listDataFiles(config), ...modules]);
  let session: Session | undefined;
  try {
    const repaired = ensureWholeResult(folder);
    if (repaired) {
      for (const text of folder.damage) await options.onEvent?.({ type: 'fileDamaged', text });
      return await endFinishedRun(path, repaired, options.onEvent);
    }
    writeGivenData(folder, data);
    session = await openSession(config, () => folder, { replacements, onEvent });
    const result = await runSearch(session, inputs ?? (await read()), { ...options, onEvent, description });
    reporter.throwIfFailed();
    return { ...result, folder: path };
  } finally {
    await (session ?? folder).close();
  }
}

async function endFinishedRun(
  folder: string,
  result: OptimizeResult,
  onEvent: OptimizeOptions['onEvent'],
): Promise<OptimizedRun> {
  const day = statSync(join(folder, 'result.json')).mtime.toLocaleDateString('en', { dateStyle: 'long' });
  const notes = [`This run has already finished, on ${day}: nothing is sent. --fresh starts it again.`];
  await onEvent?.({ type: 'finished', folder, result, error: undefined, notes });
  return { ...result, folder };
}

/** A run at a server continues there, a branch as a branch. @throws UserError */
export function requireLocalRun(folder: RunFolder): void {
  const has = (name: string): boolean => folder.readText(name) !== undefined;
  const [kind, way] = has('remote.json')
    ? ['a run at a server', 'add --remote']
    : ['a branch', 'continue it with `branch`'];
  if (!has('remote.json') && !has('branch.json')) return;
  throw new UserError(
    `${folder.path}: expected a whole run of this machine, got ${kind}; ${way}, or start again with --fresh`,
  );
}
