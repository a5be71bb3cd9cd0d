import { z } from 'zod';
import { LANDSCAPES, type Landscape } from '../landscapes/landscapes.ts';
import { searchLandscape, summarizeLandscapeRuns, type LandscapeSummary } from '../landscapes/landscapeRuns.ts';
import type { ExperimentRow } from './experimentSchema.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import type { Screen } from '../../run/progress.ts';
import { toGraphOptions } from '../../run/session.ts';
import { hashText } from '../../run/describeModel.ts';

/** A row's searches on the landscapes. */
export interface RowLandscapeSummaries {
  row: string;
  landscapes: LandscapeSummary[];
}

const StoredLandscapeRun = z.object({ gain: z.number(), evaluations: z.number(), holds: z.boolean().nullable() });

/**
 * Every row that searches, so many times on each landscape: no model is asked. Rows alike share their runs, what is done is
 * kept, and a Ctrl-C ends it after the search at work.
 */
export async function searchLandscapes(
  rows: readonly ExperimentRow[],
  configOf: (row: ExperimentRow) => Config,
  seeds: number,
  folder: RunFolder,
  screen: Screen | null,
): Promise<{ rows: RowLandscapeSummaries[]; interrupted: boolean }> {
  const found: RowLandscapeSummaries[] = [];
  let interrupted = false;
  const stop = (): void => void (interrupted = true);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  for (const row of rows.filter(isSearchRow)) {
    const landscapes: LandscapeSummary[] = [];
    for (const landscape of LANDSCAPES)
      landscapes.push(await summarizeLandscape(landscape, configOf(row), seeds, folder, () => interrupted));
    if (interrupted) break;
    screen?.write(`landscapes: ${row.name}\n`);
    found.push({ row: row.name, landscapes });
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return { rows: found, interrupted };
}

async function summarizeLandscape(
  landscape: Landscape,
  config: Config,
  seeds: number,
  folder: RunFolder,
  stopped: () => boolean,
): Promise<LandscapeSummary> {
  const file = `landscape-${hashText(JSON.stringify([landscape, toSearchKey(config)]))}.json`;
  const before = z.array(StoredLandscapeRun).safeParse(folder.readJson(file)).data ?? [];
  const runs = before.slice(0, seeds);
  for (let seed = runs.length + 1; seed <= seeds && !stopped(); seed++)
    runs.push(await searchLandscape(landscape, toGraphOptions(config), seed, config.judge.samples));
  if (runs.length > before.length) folder.write(file, runs);
  return summarizeLandscapeRuns(landscape.name, runs);
}

const isSearchRow = ({ method, prompt, promptOf }: ExperimentRow): boolean =>
  method === 'drpo' && prompt === undefined && promptOf === undefined;

/** What of a config a search on a landscape depends on: its prompts are places in a tree, so guards have nothing to look at. */
function toSearchKey({ preset, final, judge, search }: Config): unknown {
  const { guards: _, ...rest } = search;
  return [preset, final, judge.samples, rest];
}
