import { Command, CommanderError, Option } from 'commander';
import { createInterface } from 'node:readline';
import { answer } from './answer.ts';
import { addReport } from './report.ts';
import { addBranch } from './branch.ts';
import { Person } from './approve/person.ts';
import { loadConfig, unpriced, type Config, type Given } from '../run/config/loadConfig.ts';
import { readQueries } from '../run/config/readData.ts';
import { report } from './exit.ts';
import { UserFault } from '../run/config/userError.ts';
import type { Ending } from '../run/commandResult.ts';
import { icl } from '../run/optimizeExamples.ts';
import { optimize, type OptimizeOptions } from '../run/optimize.ts';
import { version } from '../run/config/packageInfo.ts';
import type { Result } from '../run/result.ts';
import { addEvaluate } from './evaluate.ts';
import { addExperiment } from './experiment.ts';
import { addExport } from './export.ts';
import { addImport } from './import.ts';
import { addPlan } from '../forecast/planRun.ts';
import { addServe } from './serve.ts';
import { jsonLine, printable, type Screen } from '../run/progress.ts';
import { summary } from './summary.ts';
import { watchOption } from './watchFlag.ts';

interface Flags {
  config?: string;
  out?: string;
  json?: boolean;
  quiet?: boolean;
  fresh?: boolean;
  watch?: number;
  set: string[];
  base?: string;
  reward?: string;
  judge?: string;
  optimizer?: string;
}

const screenFor = ({ quiet }: Flags): Screen | null => (quiet ? null : process.stderr);

const givenIn = (flags: Flags): Given => ({
  file: flags.config,
  set: flags.set,
  roles: { optimizer: flags.optimizer, base: flags.base, reward: flags.reward, judge: flags.judge },
});

function configOf(flags: Flags, override: Record<string, unknown> = {}): Config {
  const config = loadConfig({ ...givenIn(flags), override });
  const free = unpriced(config);
  if (free.length)
    process.stderr.write(
      `drpo: budget.usd counts the calls of ${free.join(', ')} as free: expected a price (USD per million tokens), got none; give ${free[0]}.price\n`,
    );
  return config;
}

/** The folder of the run that was told of last. */
let told: string | undefined;

/** Prints an ending for people, and as JSON where asked, and remembers the exit status. */
function tell<T>({ json, quiet }: Flags, ending: Ending<T>, people: string): void {
  told = ending.folder;
  if (!quiet) (json ? process.stderr : process.stdout).write(`${people}\n`);
  if (json) process.stdout.write(jsonLine(ending.outcome));
  process.exitCode = ending.status;
}

const collect = (value: string, all: string[]): string[] => [...all, value];

/** The flags every command that runs models has. */
function withRunFlags(command: Command): Command {
  const model = (role: string): Option =>
    new Option(`--${role} <model>`, `who plays ${role}: MODEL[@BASEURL], or "simulated"`);
  return command
    .option('--config <file>', 'config, JSON or YAML')
    .option('--out <dir>', 'the run’s folder (default: runs/ and a name of the config’s own)')
    .option('--set <key=value>', 'set a config key, such as search.beamWidth=3 (repeatable)', collect, [])
    .option('--fresh', 'begin anew; a former run’s files are moved aside', false)
    .option('--json', 'the outcome as one JSON object on stdout, last line', false)
    .option('--quiet', 'no progress, no summary', false)
    .addOption(model('base'))
    .addOption(model('reward'))
    .addOption(model('judge'))
    .addOption(model('optimizer'));
}

export function program(): Command {
  const root = new Command('drpo')
    .description('Dynamic Rewarding with Prompt Optimization: aligns a language model without training it')
    .version(version, '--version')
    .showHelpAfterError('(--help shows the commands and flags)')
    .exitOverride();

  withRunFlags(root.command('optimize').description('the whole of DRPO: examples where asked, then the system prompt'))
    .option('--remote <url>', 'search at a LangGraph server (npm run studio), with its models; results come here')
    .addOption(watchOption())
    .option('--approve', 'rest at each level and ask: accept, edit, score, veto (a terminal, or JSON lines on stdin)')
    .action(async (flags: Flags & { remote?: string; approve?: boolean }) => {
      const person = flags.approve ? new Person() : undefined;
      const screen = screenFor(flags);
      const options = { ...flags, screen, ask: person?.ask, around: await watching(flags.watch, screen) };
      try {
        const ending = await (flags.remote === undefined
          ? optimize(configOf(flags), options)
          : searchAt(flags.remote, givenIn(flags), options));
        tell(flags, ending, summary(ending));
      } finally {
        person?.close();
      }
    });

  withRunFlags(root.command('icl').description('stage 1 alone: rewrites the in-context examples')).action(
    async (flags: Flags) => {
      const ending = await icl(configOf(flags, { 'examples.rewrite': true }), { ...flags, screen: screenFor(flags) });
      tell(flags, ending, `${Object.keys(ending.outcome.examples).length} examples in ${ending.folder}/examples.json`);
    },
  );

  addBranch(root, (flags, ending) => tell({ ...flags, set: [] }, ending, summary(ending)));
  addEvaluate(root);
  addExperiment(root);
  addPlan(root);
  addReport(root);
  addServe(root);
  addExport(root);
  addImport(root);

  root
    .command('answer')
    .description('answers a query, or many, with a run’s prompt and retrieved examples')
    .argument('[query]', 'the query (default: stdin)')
    .requiredOption('--run <dir>', 'the run’s folder')
    .option('--base <model>', 'another model than the run’s: MODEL[@BASEURL], or "simulated"')
    .option('--file <file>', 'many queries: JSONL, JSON or text, a query a line')
    .option('--json', 'JSON lines {query, response}', false)
    .action(async (query: string | undefined, flags: { run: string; base?: string; file?: string; json: boolean }) => {
      const many = flags.file !== undefined;
      const answered = await answer(
        flags.run,
        flags.file === undefined ? [query ?? (await stdin())] : await queriesIn(flags.file),
        flags.base,
      );
      for (const one of answered)
        process.stdout.write(flags.json || many ? jsonLine(one) : `${printable(one.response)}\n`);
      if (answered.some((one) => one.missing !== undefined)) process.exitCode = 1;
    });
  return root;
}

/** The page of a run at work on a port; only a watched run needs a server. */
async function watching(port: number | undefined, screen: Screen | null): Promise<OptimizeOptions['around']> {
  if (port === undefined) return undefined;
  const { whileWatched } = await import('../server/watch/watchWhileRunning.ts');
  return (session, work) => whileWatched(session, { port, screen }, work);
}

/** The run of a server; only that needs LangGraph's client. */
async function searchAt(remote: string, given: Given, options: OptimizeOptions): Promise<Ending<Result>> {
  if (options.around !== undefined)
    throw new UserFault(
      '--watch: expected a run of this machine, got one with --remote; look on with `report --live` on its folder',
    );
  const { optimizeRemote } = await import('../run/remote/optimizeRemote.ts');
  return optimizeRemote(given, { ...options, remote });
}

const queriesIn = async (file: string): Promise<string[]> =>
  (await readQueries({ files: [file], order: 'given', seed: 0, limit: null })).map((q) => q.text);

async function stdin(): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line);
  const text = lines.join('\n').trim();
  if (text === '') throw new UserFault('answer: expected a query as argument or on stdin, got none');
  return text;
}

/** Runs a command line and sets the exit status; gives the run's folder, where there was a run. */
export async function execute(argv: readonly string[]): Promise<string | undefined> {
  try {
    await program().parseAsync(argv);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : report(error);
  }
  return told;
}
