import { type Command, Option } from 'commander';
import { Config, loadConfig } from '../run/config/loadConfig.ts';
import { UserFault } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
import { duration } from '../run/progress.ts';
import { assumedFor, ROLES, type Assumed } from './assumptions.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type Given, givenOf } from './planInput.ts';
import { hindsight } from './compareForecastToRun.ts';
import { walksOf } from './walks.ts';

/** The least, the expected and the most a config takes, before anything is sent. */
export function rangeOf(given: Given, assumed: Assumed): Record<'least' | 'expected' | 'most', Forecast> {
  const { least, expected, most } = walksOf(given, assumed);
  const { preset, examples } = given.config;
  const fewest = Math.min(examples.rewriteRounds, preset === 'reference' ? 1 : 0);
  return {
    least: forecast(given, least, assumed, fewest),
    expected: forecast(given, expected, assumed, examples.rewriteRounds),
    most: forecast(given, most, assumed, examples.rewriteRounds),
  };
}

/** Forecasts side by side, a line a quantity. */
function table(columns: Readonly<Record<string, Forecast>>): string {
  const rows: [string, (f: Forecast) => string][] = [
    ['calls', (f) => whole(f.calls.total)],
    ...ROLES.map((role): [string, (f: Forecast) => string] => [`  ${role}`, (f) => whole(f.calls[role])]),
    ['tokens', (f) => whole(f.tokens.total)],
    ...ROLES.map((role): [string, (f: Forecast) => string] => [
      `  ${role}, in and out`,
      (f) => `${whole(f.tokens[role].input)} + ${whole(f.tokens[role].output)}`,
    ]),
    ['one after the other', (f) => whole(f.steps)],
    ['cost in USD', (f) => f.usd?.toFixed(4) ?? 'no prices'],
    ['time', (f) => duration(f.seconds)],
  ];
  const line = (title: string, cells: readonly string[]): string =>
    `${title.padEnd(22)}${cells.map((c) => c.padStart(19)).join('')}`;
  return [
    line('', Object.keys(columns)),
    ...rows.map(([title, of]) => line(title, Object.values(columns).map(of))),
  ].join('\n');
}
const whole = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');

const stated = ({ keptShare, taken, latency, prompt, response, reply }: Assumed, concurrency: number): string =>
  `Assumed: ${Math.round(100 * keptShare)} % of the prompts kept (--kept), ${Math.round(100 * taken)} % of the rewrites new, ${latency} s a call (--latency), ${concurrency} calls at a time, 4 characters a token; ` +
  `characters in a rewritten prompt ${prompt}, a response ${response}, a reply of reward ${reply.reward}, judge ${reply.judge}, optimizer ${reply.optimizer} a rewrite; no faults, and every example rewritten in all rounds unless it is perfect at once (least).`;

interface Flags {
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

function numberOf(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new UserFault(`--${flag}: expected a number from 0${most < Infinity ? ` to ${most}` : ''}, got ${text}`);
}

/** `plan`: what `optimize` would do with this config. Contacts no model and needs no key. */
export async function plan(flags: Flags): Promise<void> {
  const { config: file, set, base, reward, judge, optimizer } = flags;
  const begun = flags.run !== undefined && file === undefined && optimizer === undefined;
  const config = begun
    ? Config.parse(RunFolder.existing(flags.run ?? '').readJson('config.json'))
    : loadConfig({ file, set, roles: { optimizer, base, reward, judge } });
  const [latency, keptShare] = [numberOf('latency', flags.latency, Infinity), numberOf('kept', flags.kept, 1)];
  const given = { ...(latency !== undefined && { latency }), ...(keptShare !== undefined && { keptShare }) };
  const assumed = { ...assumedFor(config), ...given };
  const range = rangeOf(await givenOf(config), assumed);
  const run = flags.run === undefined ? undefined : await hindsight(flags.run, given);
  const known =
    run &&
    `\n\nThe run, forecast from the prompts it kept, the share of new ones among its rewrites and the lengths of its texts, beside what it took:\n${table(run)}`;
  const people = `What \`optimize\` takes with this config; nothing was sent.\n${table({ ...range })}\n${stated(assumed, config.concurrency)}${known ?? ''}`;
  if (!flags.quiet) (flags.json ? process.stderr : process.stdout).write(`${people}\n`);
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...range, assumed, ...(run && { run }) }, rounded)}\n`);
}

/** Whole numbers, but for dollars, seconds and shares. */
const FRACTIONS = new Set(['usd', 'seconds', 'keptShare', 'taken', 'latency', 'aspects']);
const rounded = (key: string, value: unknown): unknown =>
  typeof value === 'number' && !FRACTIONS.has(key) ? Math.round(value) : value;

export function addPlan(root: Command): void {
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
    .action(plan);
}
