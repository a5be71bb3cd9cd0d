import { Command, CommanderError, Option } from 'commander';
import { addAnswerCommand } from './answer.ts';
import { addReportCommand } from './report.ts';
import { addBranchCommand } from './branch.ts';
import { Approver } from './approve/person.ts';
import { loadConfig, listUnpricedModels, type Config, type ConfigSources } from '../run/config/loadConfig.ts';
import { reportError } from './exit.ts';
import { UserError } from '../run/config/userError.ts';
import type { CommandResult } from '../run/commandResult.ts';
import { runIcl } from '../run/optimizeExamples.ts';
import { optimizePrompt, type OptimizeOptions } from '../run/optimize.ts';
import { version } from '../run/config/packageInfo.ts';
import type { OptimizeResult } from '../run/result.ts';
import { addEvaluateCommand } from './evaluate.ts';
import { addExperimentCommand } from './experiment.ts';
import { addExportCommand } from './export.ts';
import { addImportCommand } from './import.ts';
import { addPlanCommand } from '../forecast/planRun.ts';
import { addServeCommand } from './serve.ts';
import { toJsonLine, type Screen } from '../run/progress.ts';
import { renderSummary } from './summary.ts';
import { createWatchOption } from './watchFlag.ts';

interface RunFlags {
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

const chooseScreen = ({ quiet }: RunFlags): Screen | null => (quiet ? null : process.stderr);

const toConfigSources = (flags: RunFlags): ConfigSources => ({
  file: flags.config,
  set: flags.set,
  roles: { optimizer: flags.optimizer, base: flags.base, reward: flags.reward, judge: flags.judge },
});

function loadRunConfig(flags: RunFlags, override: Record<string, unknown> = {}): Config {
  const config = loadConfig({ ...toConfigSources(flags), override });
  const free = listUnpricedModels(config);
  if (free.length)
    process.stderr.write(
      `drpo: budget.usd counts the calls of ${free.join(', ')} as free: expected a price (USD per million tokens), got none; give ${free[0]}.price\n`,
    );
  return config;
}

/** The folder of the run that was told of last. */
let lastRunFolder: string | undefined;

/** Prints an ending for people, and as JSON where asked, and remembers the exit status. */
function printResult<T>({ json, quiet }: RunFlags, ending: CommandResult<T>, people: string): void {
  lastRunFolder = ending.folder;
  if (!quiet) (json ? process.stderr : process.stdout).write(`${people}\n`);
  if (json) process.stdout.write(toJsonLine(ending.outcome));
  process.exitCode = ending.exitCode;
}

const collectValues = (value: string, all: string[]): string[] => [...all, value];

/** The flags every command that runs models has. */
function withRunFlags(command: Command): Command {
  const model = (role: string): Option =>
    new Option(`--${role} <model>`, `who plays ${role}: MODEL[@BASEURL], or "simulated"`);
  return command
    .option('--config <file>', 'config, JSON or YAML')
    .option('--out <dir>', 'the run’s folder (default: runs/ and a name of the config’s own)')
    .option('--set <key=value>', 'set a config key, such as search.beamWidth=3 (repeatable)', collectValues, [])
    .option('--fresh', 'begin anew; a former run’s files are moved aside', false)
    .option('--json', 'the outcome as one JSON object on stdout, last line', false)
    .option('--quiet', 'no progress, no summary', false)
    .addOption(model('base'))
    .addOption(model('reward'))
    .addOption(model('judge'))
    .addOption(model('optimizer'));
}

export function createProgram(): Command {
  const root = new Command('drpo')
    .description('Dynamic Rewarding with Prompt Optimization: aligns a language model without training it')
    .version(version, '--version')
    .showHelpAfterError('(--help shows the commands and flags)')
    .exitOverride();

  withRunFlags(root.command('optimize').description('the whole of DRPO: examples where asked, then the system prompt'))
    .option('--remote <url>', 'search at a LangGraph server (npm run studio), with its models; results come here')
    .addOption(createWatchOption())
    .option('--approve', 'rest at each level and ask: accept, edit, score, veto (a terminal, or JSON lines on stdin)')
    .action(async (flags: RunFlags & { remote?: string; approve?: boolean }) => {
      const person = flags.approve ? new Approver() : undefined;
      const screen = chooseScreen(flags);
      const options = { ...flags, screen, ask: person?.ask, around: await watching(flags.watch, screen) };
      try {
        const ending = await (flags.remote === undefined
          ? optimizePrompt(loadRunConfig(flags), options)
          : optimizeAtServer(flags.remote, toConfigSources(flags), options));
        printResult(flags, ending, renderSummary(ending));
      } finally {
        person?.close();
      }
    });

  withRunFlags(root.command('icl').description('stage 1 alone: rewrites the in-context examples')).action(
    async (flags: RunFlags) => {
      const ending = await runIcl(loadRunConfig(flags, { 'examples.rewrite': true }), {
        ...flags,
        screen: chooseScreen(flags),
      });
      printResult(
        flags,
        ending,
        `${Object.keys(ending.outcome.examples).length} examples in ${ending.folder}/examples.json`,
      );
    },
  );

  addBranchCommand(root, (flags, ending) => printResult({ ...flags, set: [] }, ending, renderSummary(ending)));
  addEvaluateCommand(root);
  addExperimentCommand(root);
  addPlanCommand(root);
  addReportCommand(root);
  addServeCommand(root);
  addExportCommand(root);
  addImportCommand(root);

  addAnswerCommand(root);
  return root;
}

/** The page of a run at work on a port; only a watched run needs a server. */
async function watching(port: number | undefined, screen: Screen | null): Promise<OptimizeOptions['around']> {
  if (port === undefined) return undefined;
  const { withWatchPage: whileWatched } = await import('../server/watch/watchWhileRunning.ts');
  return (session, work) => whileWatched(session, { port, screen }, work);
}

/** The run of a server; only that needs LangGraph's client. */
async function optimizeAtServer(
  remote: string,
  given: ConfigSources,
  options: OptimizeOptions,
): Promise<CommandResult<OptimizeResult>> {
  if (options.around !== undefined)
    throw new UserError(
      '--watch: expected a run of this machine, got one with --remote; look on with `report --live` on its folder',
    );
  const { optimizeRemote } = await import('../run/remote/optimizeRemote.ts');
  return optimizeRemote(given, { ...options, remote });
}

/** Runs a command line and sets the exit status; gives the run's folder, where there was a run. */
export async function execute(argv: readonly string[]): Promise<string | undefined> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : reportError(error);
  }
  return lastRunFolder;
}
