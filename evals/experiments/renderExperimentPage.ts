import type { Experiment } from './experimentSchema.ts';
import { renderSvg } from '../plots/renderSvg.ts';
import type { Chart, ChartLook } from '../plots/chartLook.ts';
import type { TableRows } from '../justEval/table.ts';
import { style } from '../../report/assets.ts';
import { escapeHtml, toHashSource, renderPageHead } from '../../report/page.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { toPrintable } from '../../run/progress.ts';
import { removeCredentials } from '../../run/describeModel.ts';
import type { ExperimentOutcome } from './experimentOutcome.ts';
import {
  describeExperiment,
  explainNoise,
  listNotes,
  SIMULATION_NOTE,
  summarizeComparisons,
} from './experimentReport.ts';
import { buildCategoryTable, buildComparisonTable, buildMainTable } from './experimentTables.ts';
import { buildLandscapeTables, buildTruthTable } from './truthTables.ts';

const PAGE_CSS = `${style}
.findings{padding-left:1.2rem}.findings li:first-child{font-weight:600}
figure{margin:1.5rem 0}figure img{display:block;max-width:100%;height:auto;border:1px solid var(--line);border-radius:10px}
.plain td.n,.plain th.n{text-align:right;white-space:nowrap}.plain th[scope=row]{font-weight:500;overflow-wrap:anywhere;min-width:6rem}
.verdict{font-weight:600;white-space:nowrap}.noise{color:var(--quiet);font-weight:400}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}summary{cursor:pointer;padding:.4rem 0}`;

/** What an experiment's page shows. */
export interface ExperimentPageContent {
  outcome: ExperimentOutcome;
  experiment: Experiment;
  config: Config;
  chart: Chart | null;
}

/** The page of an experiment: one file without scripts and without network. Names and labels are shown as text. */
export async function renderExperimentPage({
  outcome,
  experiment,
  config,
  chart,
}: ExperimentPageContent): Promise<string> {
  const { rows: _rows, comparisons, leakage, saved: _saved, ...details } = outcome;
  const policy = `default-src 'none'; style-src '${toHashSource(PAGE_CSS)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `${renderPageHead({ title: outcome.title, policy, style: PAGE_CSS })}
<a class="skip" href="#rows">To the table</a>
<header><p class="eyebrow">DRPO · an experiment</p><h1>${renderText(outcome.title)}</h1><p>${escapeHtml(describeExperiment(outcome))}</p>
${outcome.simulated ? `<p class="warn">${SIMULATION_NOTE}</p>` : ''}${listNotes(outcome)
    .map((note) => `<p>${escapeHtml(note)}</p>`)
    .join('')}</header>
<main>
${comparisons.length ? renderSection('findings', 'What it shows', renderList(summarizeComparisons(outcome))) : ''}
${chart === null ? '' : await renderFigure(chart)}
${renderSection('rows', 'Results', `<p>Points of 1 to 5. “95 %” is the interval of the figure before it, and n counts judgements.</p>${renderTable('Results', moveAverageFirst(buildMainTable(outcome)))}`)}
${comparisons.length ? renderSection('differences', 'Which differences are noise', `<p>${escapeHtml(explainNoise(outcome))}</p>${renderTable('Differences', moveVerdictsFirst(buildComparisonTable(outcome)))}`) : ''}
${outcome.landscapes.length ? renderSection('landscapes', 'Where the truth is known', renderTruths(outcome)) : ''}
${experiment.categories ? renderSection('categories', 'By category', renderTable('By category', buildCategoryTable(outcome))) : ''}
${renderSection(
  'how',
  'How it was done',
  [
    renderFold('Judge, models, versions, seeds, calls', details),
    ...(leakage.length ? [renderFold('Training queries among the instructions', leakage)] : []),
    renderFold('The table', { ...experiment, published: undefined }),
    renderFold('Config', config),
  ].join('\n'),
)}
</main>
</body>
</html>
`;
}

/** A text whose writing direction does not affect its surroundings. */
const renderText = (text: string): string => `<bdi>${escapeHtml(toPrintable(text))}</bdi>`;

const renderSection = (id: string, title: string, html: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${html}</section>`;

/** A table that scrolls sideways by itself, with the keyboard too. */
function renderTable(label: string, [head = [], ...rows]: TableRows): string {
  const cell = (text: string, i: number): string => {
    if (i === 0) return `<th scope="row">${renderText(text)}</th>`;
    if (head[i] !== 'verdict') return `<td${renderFigureClass(text)}>${renderText(text)}</td>`;
    const noise = text === 'noise' ? ' noise' : '';
    return `<td class="verdict${noise}">${VERDICT_SYMBOLS[text] ?? ''} ${renderText(text)}</td>`;
  };
  const heads = head.map(
    (name, i) => `<th scope="col"${renderFigureClass(i ? (rows[0]?.[i] ?? '') : '')}>${renderText(name)}</th>`,
  );
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`);
  return `<div class="scroller" role="region" aria-label="${label}" tabindex="0"><table class="plain"><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** The true gains of the prompts of simulated models, and on each landscape. */
const renderTruths = (outcome: ExperimentOutcome): string =>
  [buildTruthTable(outcome), ...buildLandscapeTables(outcome)]
    .filter((table) => table.length > 1)
    .map((table) => [table[0]?.[0] ?? '', table] as const)
    .map(
      ([name, table]) =>
        `<details><summary>${renderText(name.replace(/: row$/, ''))}</summary>${renderTable(escapeHtml(name), table)}</details>`,
    )
    .join('');

const renderList = (lines: readonly string[]): string =>
  `<ul class="findings">${lines.map((line) => `<li>${renderText(line)}</li>`).join('')}</ul>`;

/** Puts the average and its interval before the aspects, so that a phone shows them. */
function moveAverageFirst([head = [], ...rows]: TableRows): TableRows {
  const [from, to] = [head.indexOf('Help'), head.indexOf('Avg')];
  const move = (row: readonly string[]): string[] => [
    ...row.slice(0, from),
    ...row.slice(to, to + 2),
    ...row.slice(from, to),
    ...row.slice(to + 2),
  ];
  return [head, ...rows].map(move);
}

/** Puts the verdict into the third column, so that a phone shows it. */
const moveVerdictsFirst = (rows: TableRows): TableRows =>
  rows.map(([row = '', against = '', ...rest]) => [row, against, ...rest.slice(-1), ...rest.slice(0, -1)]);

/** Shapes besides the words, for looking over many rows. */
const VERDICT_SYMBOLS: Readonly<Record<string, string>> = { higher: '▲', lower: '▼', noise: '○' };

const renderFigureClass = (text: string): string => (/^[<+−–]?(\d|$)/.test(text) && text !== '' ? ' class="n"' : '');

const renderFold = (title: string, content: unknown): string =>
  `<details><summary>${title}</summary><pre dir="auto">${escapeHtml(JSON.stringify(content, hideCredentials, 2))}</pre></details>`;

/** Addresses may contain a password. */
const hideCredentials = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^\w+:\/\/\S*@/.test(value) && URL.canParse(value) ? removeCredentials(value) : value;

/** The chart as pictures; the browser shows the one for its width and its colour scheme. */
async function renderFigure(chart: Chart): Promise<string> {
  const picture = async (look: ChartLook): Promise<string> =>
    `data:image/svg+xml;base64,${Buffer.from(await renderSvg(chart, look)).toString('base64')}`;
  const source = async (media: string, look: ChartLook): Promise<string> =>
    `<source media="${media}" srcset="${await picture(look)}">`;
  const [phone, dark] = ['(max-width: 40rem)', '(prefers-color-scheme: dark)'];
  const sources = [
    await source(`screen and ${phone} and ${dark}`, { narrow: true, dark: true }),
    await source(phone, { narrow: true, dark: false }),
    await source(`screen and ${dark}`, { narrow: false, dark: true }),
  ];
  const { title } = chart({ narrow: false, dark: false });
  return `<figure><picture>${sources.join('')}<img src="${await picture({ narrow: false, dark: false })}" alt="${escapeHtml(`${title}: a chart of the figures in the table below`)}"></picture></figure>`;
}
