import { z } from 'zod';
import { LANDSCAPES, type Landscape } from '../landscapes/landscapes.ts';
import { searchOn, summedUp, type LandscapeSummary } from '../landscapes/landscapeRuns.ts';
import type { Row } from './experimentSchema.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import type { Screen } from '../../run/progress.ts';
import { graphOptions } from '../../run/session.ts';
import { hashOf } from '../../run/describeModel.ts';

/** A row's searches on the landscapes. */
export interface RowOnLandscapes {
  row: string;
  landscapes: LandscapeSummary[];
}

const Run = z.object({ gain: z.number(), evaluations: z.number(), holds: z.boolean().nullable() });

/**
 * Every row that searches, so many times on each landscape: no model is asked. Rows alike share their runs, what is done is
 * kept, and a Ctrl-C ends it after the search at work.
 */
export async function onLandscapes(
  rows: readonly Row[],
  configOf: (row: Row) => Config,
  seeds: number,
  folder: RunFolder,
  screen: Screen | null,
): Promise<{ rows: RowOnLandscapes[]; interrupted: boolean }> {
  const found: RowOnLandscapes[] = [];
  let interrupted = false;
  const stop = (): void => void (interrupted = true);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  for (const row of rows.filter(searches)) {
    const landscapes: LandscapeSummary[] = [];
    for (const landscape of LANDSCAPES)
      landscapes.push(await summaryOf(landscape, configOf(row), seeds, folder, () => interrupted));
    if (interrupted) break;
    screen?.write(`landscapes: ${row.name}\n`);
    found.push({ row: row.name, landscapes });
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return { rows: found, interrupted };
}

async function summaryOf(
  landscape: Landscape,
  config: Config,
  seeds: number,
  folder: RunFolder,
  stopped: () => boolean,
): Promise<LandscapeSummary> {
  const file = `landscape-${hashOf(JSON.stringify([landscape, keyOf(config)]))}.json`;
  const before = z.array(Run).safeParse(folder.readJson(file)).data ?? [];
  const runs = before.slice(0, seeds);
  for (let seed = runs.length + 1; seed <= seeds && !stopped(); seed++)
    runs.push(await searchOn(landscape, graphOptions(config), seed, config.judge.samples));
  if (runs.length > before.length) folder.write(file, runs);
  return summedUp(landscape.name, runs);
}

const searches = ({ method, prompt, promptOf }: Row): boolean =>
  method === 'drpo' && prompt === undefined && promptOf === undefined;

/** What of a config a search on a landscape depends on: its prompts are places in a tree, so guards have nothing to look at. */
function keyOf({ preset, final, judge, search }: Config): unknown {
  const { guards: _, ...rest } = search;
  return [preset, final, judge.samples, rest];
}
