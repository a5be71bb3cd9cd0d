import type { Config } from '../run/config/loadConfig.ts';
import { formatDuration } from '../run/progress.ts';
import { makeAssumptions, FORECAST_ROLES, type Assumptions } from './assumptions.ts';
import { type Forecast, forecastRun } from './forecast.ts';
import { type PlanInput, readPlanInput } from './planInput.ts';
import { compareForecastToRun } from './compareForecastToRun.ts';
import { forecastWalks } from './walks.ts';

/** The least, the expected and the most a config takes, before anything is sent. */
export function forecastRange(given: PlanInput, assumed: Assumptions): Record<'least' | 'expected' | 'most', Forecast> {
  const { least, expected, most } = forecastWalks(given, assumed);
  const { preset, examples } = given.config;
  const fewest = Math.min(examples.rewriteRounds, preset === 'reference' ? 1 : 0);
  return {
    least: forecastRun(given, least, assumed, fewest),
    expected: forecastRun(given, expected, assumed, examples.rewriteRounds),
    most: forecastRun(given, most, assumed, examples.rewriteRounds),
  };
}

/** What the caller knows better than the usual assumptions, and a finished run to compare with. */
export interface PlanOptions {
  /** Seconds a call takes, 0 or more. */
  latency?: number;
  /** The share of prompts that are kept, 0 to 1. */
  keptShare?: number;
  /** The folder of a finished run. */
  run?: string | undefined;
}

/** A plan, with the assumptions it rests on. */
export type Plan = ReturnType<typeof forecastRange> & {
  assumed: Assumptions;
  run?: Awaited<ReturnType<typeof compareForecastToRun>>;
};

/** What `optimize` would take with a config. Contacts no model. @throws UserError */
export async function planRun(config: Config, { run, ...known }: PlanOptions = {}): Promise<Plan> {
  const assumed = { ...makeAssumptions(config), ...known };
  return {
    ...forecastRange(await readPlanInput(config), assumed),
    assumed,
    ...(run !== undefined && { run: await compareForecastToRun(run, known) }),
  };
}

/** A plan as people read it. @param concurrency calls at a time */
export function renderPlan({ assumed, run, ...range }: Plan, concurrency: number): string {
  const comparison = `\n\nThe run, forecast from the prompts it kept, the share of new ones among its rewrites and the lengths of its texts, beside what it took:\n`;
  return `What \`optimize\` takes with this config; nothing was sent.\n${renderForecasts({ ...range })}\n${describeAssumptions(assumed, concurrency)}${run ? comparison + renderForecasts(run) : ''}`;
}

/** Forecasts side by side, a line a quantity. */
function renderForecasts(columns: Readonly<Record<string, Forecast>>): string {
  const rows: [string, (f: Forecast) => string][] = [
    ['calls', (f) => formatInteger(f.calls.total)],
    ...FORECAST_ROLES.map((role): [string, (f: Forecast) => string] => [
      `  ${role}`,
      (f) => formatInteger(f.calls[role]),
    ]),
    ['tokens', (f) => formatInteger(f.tokens.total)],
    ...FORECAST_ROLES.map((role): [string, (f: Forecast) => string] => [
      `  ${role}, in and out`,
      (f) => `${formatInteger(f.tokens[role].input)} + ${formatInteger(f.tokens[role].output)}`,
    ]),
    ['one after the other', (f) => formatInteger(f.steps)],
    ['cost in USD', (f) => f.usd?.toFixed(4) ?? 'no prices'],
    ['time', (f) => formatDuration(f.seconds)],
  ];
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(22)}${cells.map((c) => c.padStart(19)).join('')}`;
  return [
    line('', Object.keys(columns)),
    ...rows.map(([title, of]) => line(title, Object.values(columns).map(of))),
  ].join('\n');
}
const formatInteger = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');

const describeAssumptions = (
  { keptShare, taken, latency, prompt, response, reply }: Assumptions,
  concurrency: number,
): string =>
  `Assumed: ${Math.round(100 * keptShare)} % of the prompts kept (--kept), ${Math.round(100 * taken)} % of the rewrites new, ${latency} s a call (--latency), ${concurrency} calls at a time, 4 characters a token; ` +
  `characters in a rewritten prompt ${prompt}, a response ${response}, a reply of reward ${reply.reward}, judge ${reply.judge}, optimizer ${reply.optimizer} a rewrite; no faults, and every example rewritten in all rounds unless it is perfect at once (least).`;
