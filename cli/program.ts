import { Command, CommanderError } from 'commander';
import { hasEnvProxy } from '../models/openai/envProxy.ts';
import { version } from '../run/config/packageRoot.ts';
import { addAnswerCommand } from './answer.ts';
import { addBranchCommand } from './branch.ts';
import { addCompareCommand } from './compare.ts';
import { addConfigCommand } from './config.ts';
import { addEvaluateCommand } from './evaluate.ts';
import { reportError } from './exit.ts';
import { addExperimentCommand } from './experiment.ts';
import { addExportCommand } from './export.ts';
import { addIclCommand } from './icl.ts';
import { addImportCommand } from './import.ts';
import { addInitCommand } from './init.ts';
import { addJudgeCommand } from './judge.ts';
import { addOptimizeCommand } from './optimize.ts';
import { addPlanCommand } from './plan.ts';
import { addProveCommand } from './prove.ts';
import { addReportCommand } from './report.ts';
import { addServeCommand } from './serve.ts';

/** The command line with all its commands. `onResult` gets the folder of a run of `optimize`. */
export function createProgram(onResult: (folder: string) => void = () => undefined): Command {
  const root = new Command('drpo')
    .description('Dynamic Rewarding with Prompt Optimization: aligns a language model without training it')
    .version(version, '--version')
    .showHelpAfterError('(--help shows the commands and flags)')
    .exitOverride();
  addInitCommand(root);
  addOptimizeCommand(root, onResult);
  addIclCommand(root);
  addConfigCommand(root);
  addPlanCommand(root);
  addAnswerCommand(root);
  addProveCommand(root);
  addCompareCommand(root);
  addBranchCommand(root);
  addEvaluateCommand(root);
  addExperimentCommand(root);
  addJudgeCommand(root);
  addReportCommand(root);
  addServeCommand(root);
  addExportCommand(root);
  addImportCommand(root);
  return root;
}

/** Lets the clients of LangSmith and LangGraph take the proxies that the environment names. */
async function useProxiesForFetch(): Promise<void> {
  if (!hasEnvProxy(process.env)) return;
  const { applyRoutesToFetch } = await import('../models/openai/loadRouter.ts'); // without a proxy, most commands need no undici
  await applyRoutesToFetch();
}

/** Runs a command line and sets the exit code. Gives the folder of the run, if `optimize` finished one. */
export async function execute(argv: readonly string[]): Promise<string | undefined> {
  let runFolder: string | undefined;
  try {
    await useProxiesForFetch();
    await createProgram((folder) => (runFolder = folder)).parseAsync(argv);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : reportError(error);
  }
  return runFolder;
}
