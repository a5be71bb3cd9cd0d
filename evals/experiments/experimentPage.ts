import type { Experiment } from './experimentSchema.ts';
import { svgOf } from '../plots/draw.ts';
import type { Chart, Look } from '../plots/look.ts';
import type { Rows } from '../justEval/table.ts';
import { style } from '../../report/assets.ts';
import { asHtml, hash, pageHead } from '../../report/page.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { printable } from '../../run/progress.ts';
import { withoutCredentials } from '../../run/describeModel.ts';
import type { Outcome } from './experimentOutcome.ts';
import { categoryTable, comparisonTable, headline, mainTable, noise, notes, SIMULATED } from './experimentReport.ts';

const CSS = `${style}
figure{margin:1.5rem 0}figure img{display:block;max-width:100%;height:auto;border:1px solid var(--line);border-radius:10px}
.plain td.n,.plain th.n{text-align:right;white-space:nowrap}.plain th[scope=row]{font-weight:500;overflow-wrap:anywhere;min-width:6rem}
.verdict{font-weight:600;white-space:nowrap}.noise{color:var(--quiet);font-weight:400}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}summary{cursor:pointer;padding:.4rem 0}`;

/** What an experiment's page shows. */
export interface Shown {
  outcome: Outcome;
  experiment: Experiment;
  config: Config;
  chart: Chart | null;
}

/** The page of an experiment: one file without any script, that asks nothing of any network. Names and labels are shown as text. */
export async function experimentPage({ outcome, experiment, config, chart }: Shown): Promise<string> {
  const { rows: _rows, comparisons, leakage, saved: _saved, ...about } = outcome;
  const policy = `default-src 'none'; style-src '${hash(CSS)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `${pageHead({ title: outcome.title, policy, style: CSS })}
<a class="skip" href="#rows">To the table</a>
<header><p class="eyebrow">DRPO · an experiment</p><h1>${text(outcome.title)}</h1><p>${asHtml(headline(outcome))}</p>
${outcome.simulated ? `<p class="warn">${SIMULATED}</p>` : ''}${notes(outcome)
    .map((note) => `<p>${asHtml(note)}</p>`)
    .join('')}</header>
<main>
${chart === null ? '' : await figure(chart)}
${section('rows', 'Results', table('Results', mainTable(outcome)))}
${comparisons.length ? section('differences', 'Which differences are noise', `<p>${asHtml(noise(outcome))}</p>${table('Differences', verdictsFirst(comparisonTable(outcome)))}`) : ''}
${experiment.categories ? section('categories', 'By category', table('By category', categoryTable(outcome))) : ''}
${section(
  'how',
  'How it was done',
  [
    fold('Judge, models, versions, seeds, calls', about),
    ...(leakage.length ? [fold('Training queries among the instructions', leakage)] : []),
    fold('The table', { ...experiment, published: undefined }),
    fold('Config', config),
  ].join('\n'),
)}
</main>
</body>
</html>
`;
}

/** Someone's text, its writing direction kept to itself. */
const text = (given: string): string => `<bdi>${asHtml(printable(given))}</bdi>`;

const section = (id: string, title: string, inside: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${inside}</section>`;

/** A table that scrolls sideways on its own, by keyboard too. */
function table(label: string, [head = [], ...rows]: Rows): string {
  const cell = (given: string, i: number): string =>
    i === 0
      ? `<th scope="row">${text(given)}</th>`
      : head[i] === 'verdict'
        ? `<td class="verdict${given === 'noise' ? ' noise' : ''}">${VERDICTS[given] ?? ''} ${text(given)}</td>`
        : `<td${figures(given)}>${text(given)}</td>`;
  const heads = head.map((name, i) => `<th scope="col"${figures(i ? (rows[0]?.[i] ?? '') : '')}>${text(name)}</th>`);
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`);
  return `<div class="scroller" role="region" aria-label="${label}" tabindex="0"><table class="plain"><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** The verdict where a phone shows it too. */
const verdictsFirst = (rows: Rows): Rows =>
  rows.map(([row = '', against = '', ...rest]) => [row, against, ...rest.slice(-1), ...rest.slice(0, -1)]);

/** A shape besides the word, for who looks over many rows. */
const VERDICTS: Readonly<Record<string, string>> = { higher: '▲', lower: '▼', noise: '○' };

const figures = (given: string): string => (/^[+−–]?(\d|$)/.test(given) && given !== '' ? ' class="n"' : '');

const fold = (title: string, content: unknown): string =>
  `<details><summary>${title}</summary><pre dir="auto">${asHtml(JSON.stringify(content, shareable, 2))}</pre></details>`;

/** An address may have a password in it. */
const shareable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^\w+:\/\/\S*@/.test(value) && URL.canParse(value) ? withoutCredentials(value) : value;

/** The chart as pictures, of which a browser takes the one for its width and its ground. */
async function figure(chart: Chart): Promise<string> {
  const picture = async (look: Look): Promise<string> =>
    `data:image/svg+xml;base64,${Buffer.from(await svgOf(chart, look)).toString('base64')}`;
  const source = async (media: string, look: Look): Promise<string> =>
    `<source media="${media}" srcset="${await picture(look)}">`;
  const [phone, night] = ['(max-width: 40rem)', '(prefers-color-scheme: dark)'];
  const sources = [
    await source(`screen and ${phone} and ${night}`, { narrow: true, dark: true }),
    await source(phone, { narrow: true, dark: false }),
    await source(`screen and ${night}`, { narrow: false, dark: true }),
  ];
  const { title } = chart({ narrow: false, dark: false });
  return `<figure><picture>${sources.join('')}<img src="${await picture({ narrow: false, dark: false })}" alt="${asHtml(`${title}: a chart of the figures in the table below`)}"></picture></figure>`;
}
