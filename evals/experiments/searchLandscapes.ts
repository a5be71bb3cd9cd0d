import { z } from 'zod';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashText } from '../../run/describeModel.ts';
import type { Screen } from '../../run/progress.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { toGraphOptions } from '../../run/toGraphOptions.ts';
import { searchLandscape, summarizeLandscapeRuns, type LandscapeSummary } from '../landscapes/landscapeRuns.ts';
import { LANDSCAPES, type Landscape } from '../landscapes/landscapes.ts';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';

/** A row's searches on the landscapes. */
export interface RowLandscapeSummaries {
  row: string;
  landscapes: LandscapeSummary[];
}

const StoredLandscapeRun = z.object({
  gain: z.number(),
  evaluations: z.number(),
  rewrites: z.number(),
  holds: z.boolean().nullable(),
  settled: z.boolean(),
  falselyBetter: z.boolean(),
});

/**
 * Runs every searching row on each landscape, as often as the table says. No model is asked. Rows with the same search
 * settings share their runs, finished runs are kept, and Ctrl-C ends this after the current search.
 */
export async function searchLandscapes(
  { rows, landscapes: seeds }: Pick<Experiment, 'rows' | 'landscapes'>,
  resolveConfig: (row: ExperimentRow) => Config,
  folder: RunFolder,
  screen: Screen | null,
): Promise<{ rows: RowLandscapeSummaries[]; interrupted: boolean }> {
  const summaries: RowLandscapeSummaries[] = [];
  if (seeds === 0) return { rows: summaries, interrupted: false };
  let interrupted = false;
  const stop = (): void => void (interrupted = true);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  for (const row of rows.filter(isSearchRow)) {
    const landscapes: LandscapeSummary[] = [];
    for (const landscape of LANDSCAPES)
      landscapes.push(await summarizeLandscape(landscape, resolveConfig(row), seeds, folder, () => interrupted));
    if (interrupted) break;
    screen?.write(`landscapes: ${row.name}\n`);
    summaries.push({ row: row.name, landscapes });
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return { rows: summaries, interrupted };
}

async function summarizeLandscape(
  landscape: Landscape,
  config: Config,
  seeds: number,
  folder: RunFolder,
  isStopped: () => boolean,
): Promise<LandscapeSummary> {
  const file = `landscape-${hashText(JSON.stringify([landscape, toSearchKey(config)]))}.json`;
  const stored = z.array(StoredLandscapeRun).safeParse(folder.isDamaged(file) ? [] : folder.readJson(file)).data ?? [];
  const runs = stored.slice(0, seeds);
  for (let seed = runs.length + 1; seed <= seeds && !isStopped(); seed++)
    runs.push(await searchLandscape(landscape, toGraphOptions(config), seed, config.judge.samples));
  if (runs.length > stored.length) folder.write(file, runs);
  return summarizeLandscapeRuns(landscape.name, runs);
}

const isSearchRow = ({ method, prompt, promptOf }: ExperimentRow): boolean =>
  method === 'drpo' && prompt === undefined && promptOf === undefined;

/** The settings that a search on a landscape depends on; its prompts are places in a tree, so guards have no text to check. */
function toSearchKey({ preset, final, judge, search }: Config): unknown {
  const { guards: _, ...rest } = search;
  return [preset, final, judge.samples, rest];
}
