import { BUDGETED_ROLES, LANGUAGE_ROLES, type BudgetedRole } from '../models/roles.ts';
import { formatDuration } from '../run/formatDuration.ts';
import { toPrintable } from '../run/progress.ts';
import type { Assumptions } from './assumptions.ts';
import type { Forecast, ForecastRange } from './forecast.ts';

/** A plan, with the assumptions it rests on. */
export interface Plan extends ForecastRange {
  /** What was read, in words. */
  data: string;
  assumed: Assumptions;
  /** The run from its own answers, beside what it took. */
  run?: { forecast: Forecast; actual: Forecast };
}

/** A plan as people read it. @param concurrency calls at a time */
export function renderPlan({ data, least, expected, most, assumed, run }: Plan, concurrency: number): string {
  const before = `${toPrintable(data)}\n\nWhat \`optimize\` takes with this config; nothing was sent.\n${renderForecasts({ least, expected, most })}`;
  const after = `The run, forecast from the answers it got and the lengths of its texts, beside what it took:`;
  return [
    `${before}\n${describeAssumptions(assumed, concurrency)}`,
    ...(run ? [`${after}\n${renderForecasts(run)}`] : []),
  ].join('\n\n');
}

/** Forecasts side by side, a line for each quantity. */
function renderForecasts(columns: Readonly<Record<string, Forecast>>): string {
  // the judge that only proves is there in few configs
  const roles = BUDGETED_ROLES.filter(
    (role) => isLanguageRole(role) || Object.values(columns).some((f) => f.calls[role] > 0),
  );
  const rows: [string, (f: Forecast) => string][] = [
    ['calls', (f) => formatInteger(f.calls.total)],
    ...roles.map((role): [string, (f: Forecast) => string] => [`  ${role}`, (f) => formatInteger(f.calls[role])]),
    ['tokens', (f) => formatInteger(f.tokens.total)],
    ...roles.map((role): [string, (f: Forecast) => string] => [
      `  ${role}, in and out`,
      (f) => `${formatInteger(f.tokens[role].input)} + ${formatInteger(f.tokens[role].output)}`,
    ]),
    ['one after the other', (f) => formatInteger(f.steps)],
    ['cost in USD', (f) => f.usd?.toFixed(4) ?? 'no prices'],
    ...roles
      .filter((role) => Object.values(columns).some((f) => f.usdByRole[role] !== null))
      .map((role): [string, (f: Forecast) => string] => [`  ${role}`, (f) => f.usdByRole[role]?.toFixed(4) ?? '']),
    ['time', (f) => formatDuration(f.seconds)],
  ];
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(22)}${cells.map((c) => c.padStart(19)).join('')}`;
  return [
    line('', Object.keys(columns)),
    ...rows.map(([title, of]) => line(title, Object.values(columns).map(of))),
  ].join('\n');
}

const isLanguageRole = (role: BudgetedRole): boolean => LANGUAGE_ROLES.some((one) => one === role);

const formatInteger = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');

const describeAssumptions = (
  { keptShare, taken, latency, prompt, response, reply }: Assumptions,
  concurrency: number,
): string =>
  [
    `Assumed: rewritten prompts are kept on ${Math.round(100 * keptShare)} % of the queries (--kept), and ${Math.round(100 * taken)} % of the rewrites are new.`,
    `A call takes ${latency} s (--latency), with ${concurrency} calls at a time, and a token has 4 characters.`,
    `Characters: rewritten prompt ${prompt}, response ${response}; replies of reward ${reply.reward}, judge ${reply.judge}, optimizer ${reply.optimizer} for each rewrite.`,
    'No call fails. Every example is rewritten in all rounds, unless it is perfect at once (least).',
  ].join(' ');
