import type { Experiment } from '../../evals/experiment.ts';
import { svgOf } from '../../evals/plots/draw.ts';
import type { Config } from '../config.ts';
import type { RunFolder } from '../folder.ts';
import type { Outcome } from './outcome.ts';
import { experimentPage } from './page.ts';
import { plotOf } from './plot.ts';
import { pngOf } from './png.ts';
import { csvOf, told } from './report.ts';
import type { RowRun } from './rows.ts';

/** Writes what came of an experiment into its folder: table, plot, page, records, result. Says what could not be written. */
export async function writeOutcome(
  folder: RunFolder,
  { outcome, experiment, config }: { outcome: Outcome; experiment: Experiment; config: Config },
  runs: readonly RowRun[],
): Promise<string[]> {
  const lines = runs.flatMap(({ row, seed, records }) =>
    records.map((record) => `${JSON.stringify({ row, seed, ...record })}\n`),
  );
  folder.write('records.jsonl', lines.join(''));
  folder.write('table.md', `${told(outcome, { ...experiment, published: undefined }, 'markdown')}\n`);
  folder.write('table.csv', csvOf(outcome));
  const chart = plotOf(outcome, experiment);
  const svg = chart && (await svgOf(chart));
  const png = svg && (await pngOf(svg));
  if (svg) folder.write('plot.svg', svg);
  if (png) folder.write('plot.png', png);
  folder.write('report.html', await experimentPage({ outcome, experiment, config, chart }));
  folder.write('result.json', outcome);
  return svg && !png
    ? ['plot.png: left out, as @resvg/resvg-js has no binary for this machine; plot.svg is there']
    : [];
}
