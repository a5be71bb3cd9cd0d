import type { Config } from '../../run/config/loadConfig.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { renderSvg } from '../plots/renderSvg.ts';
import { createExperimentChart } from './createExperimentChart.ts';
import type { ExperimentOutcome } from './experimentOutcome.ts';
import { renderReport } from './experimentReport.ts';
import type { Experiment } from './experimentSchema.ts';
import { toCsv } from './experimentTables.ts';
import { renderExperimentPage } from './renderExperimentPage.ts';
import { renderPng } from './renderPng.ts';
import type { RowRun } from './rowRunner.ts';

/** Writes an experiment's files into its folder: records, tables, plot, page and result. Returns notes on what could not be written. */
export async function writeOutcome(
  folder: RunFolder,
  { outcome, experiment, config }: { outcome: ExperimentOutcome; experiment: Experiment; config: Config },
  runs: readonly RowRun[],
): Promise<string[]> {
  const lines = runs.flatMap(({ row, seed, records }) =>
    records.map((record) => `${JSON.stringify({ row, seed, ...record })}\n`),
  );
  folder.write('records.jsonl', lines.join(''));
  const answers = runs.flatMap(({ row, seed, task = [] }) =>
    task.map((record) => `${JSON.stringify({ row, seed, ...record })}\n`),
  );
  if (answers.length > 0) folder.write('task.jsonl', answers.join(''));
  folder.write('table.md', `${renderReport(outcome, { ...experiment, published: undefined }, 'markdown')}\n`);
  folder.write('table.csv', toCsv(outcome));
  const chart = createExperimentChart(outcome, experiment);
  const svg = chart && (await renderSvg(chart));
  const png = svg && (await renderPng(svg));
  if (svg) folder.write('plot.svg', svg);
  if (png) folder.write('plot.png', png);
  folder.write('report.html', await renderExperimentPage({ outcome, experiment, config, chart }));
  folder.write('result.json', outcome);
  return svg && !png
    ? ['plot.png was not written, since @resvg/resvg-js has no binary for this machine; see plot.svg']
    : [];
}
