import { type Command, Option } from 'commander';
import { Config, loadConfig } from '../run/config/loadConfig.ts';
import { UserError } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
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

interface PlanFlags {
  config?: string;
  run?: string;
  latency?: string;
  kept?: string;
  json: boolean;
  quiet: boolean;
  set: string[];
  base?: string;
  reward?: string;
  judge?: string;
  optimizer?: string;
}

function parseNumberFlag(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new UserError(`--${flag}: expected a number from 0${most < Infinity ? ` to ${most}` : ''}, got ${text}`);
}

/** `plan`: what `optimize` would do with this config. Contacts no model and needs no key. */
export async function printPlan(flags: PlanFlags): Promise<void> {
  const { config: file, set, base, reward, judge, optimizer } = flags;
  const begun = flags.run !== undefined && file === undefined && optimizer === undefined;
  const config = begun
    ? Config.parse(RunFolder.openExisting(flags.run ?? '').readJson('config.json'))
    : loadConfig({ file, set, roles: { optimizer, base, reward, judge } });
  const [latency, keptShare] = [
    parseNumberFlag('latency', flags.latency, Infinity),
    parseNumberFlag('kept', flags.kept, 1),
  ];
  const given = { ...(latency !== undefined && { latency }), ...(keptShare !== undefined && { keptShare }) };
  const assumed = { ...makeAssumptions(config), ...given };
  const range = forecastRange(await readPlanInput(config), assumed);
  const run = flags.run === undefined ? undefined : await compareForecastToRun(flags.run, given);
  const known =
    run &&
    `\n\nThe run, forecast from the prompts it kept, the share of new ones among its rewrites and the lengths of its texts, beside what it took:\n${renderForecasts(run)}`;
  const people = `What \`optimize\` takes with this config; nothing was sent.\n${renderForecasts({ ...range })}\n${describeAssumptions(assumed, config.concurrency)}${known ?? ''}`;
  if (!flags.quiet) (flags.json ? process.stderr : process.stdout).write(`${people}\n`);
  if (flags.json)
    process.stdout.write(`${JSON.stringify({ ...range, assumed, ...(run && { run }) }, roundJsonNumber)}\n`);
}

/** Whole numbers, but for dollars, seconds and shares. */
const FRACTIONAL_KEYS = new Set(['usd', 'seconds', 'keptShare', 'taken', 'latency', 'aspects']);
const roundJsonNumber = (key: string, value: unknown): unknown =>
  typeof value === 'number' && !FRACTIONAL_KEYS.has(key) ? Math.round(value) : value;

export function addPlanCommand(root: Command): void {
  const model = (role: string): Option =>
    new Option(`--${role} <model>`, `who plays ${role}: MODEL[@BASEURL], or "simulated"`);
  root
    .command('plan')
    .description('what optimize would do: calls, tokens, steps, cost and time; contacts no model')
    .option('--config <file>', 'config, JSON or YAML')
    .option('--run <dir>', 'a finished run: forecast beside actual')
    .option(
      '--set <key=value>',
      'set a config key, such as search.beamWidth=3 (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--latency <seconds>', 'what a call takes')
    .option('--kept <share>', 'how many of the prompts are kept on the way, 0 to 1')
    .option('--json', 'the forecast as one JSON object on stdout, last line', false)
    .option('--quiet', 'no table', false)
    .addOption(new Option('--out <dir>').hideHelp())
    .addOption(new Option('--fresh').hideHelp())
    .addOption(model('base'))
    .addOption(model('reward'))
    .addOption(model('judge'))
    .addOption(model('optimizer'))
    .action(printPlan);
}
