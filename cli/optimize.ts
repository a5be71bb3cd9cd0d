import type { Command } from 'commander';
import { toCommandResult, type CommandResult } from '../run/commandResult.ts';
import { UserError } from '../run/config/userError.ts';
import type { OptimizeEventHandler } from '../run/events.ts';
import { optimize } from '../run/optimize.ts';
import type { OptimizeOptions } from '../run/optimizeOptions.ts';
import { Progress } from '../run/progress.ts';
import type { OptimizeResult } from '../run/result.ts';
import { createInterruptSignal } from '../run/stopRun.ts';
import { Approver } from './approve/approver.ts';
import { loadRunConfig } from './loadRunConfig.ts';
import { printOutcome } from './printOutcome.ts';
import {
  chooseScreen,
  createWatchOption,
  findOwnConfig,
  toConfigSources,
  withOwnConfigFlag,
  withRunFlags,
  type RunFlags,
} from './runFlags.ts';
import { renderSummary } from './summary.ts';

type OptimizeFlags = RunFlags & { remote?: string; approve?: boolean; watch?: number };

/** Adds `optimize`: both stages of DRPO. `onResult` gets the folder of the run. */
export function addOptimizeCommand(root: Command, onResult: (folder: string) => void): void {
  withOwnConfigFlag(withRunFlags(root.command('optimize')))
    .description('searches a better system prompt (all of DRPO; examples.rewrite adds stage 1)')
    .option('--remote <url>', 'search at a LangGraph server (npm run studio), with its models; the results come here')
    .addOption(createWatchOption())
    .option(
      '--approve',
      'ask a person after each level: accept, edit, score, veto (at a terminal, or as JSON lines on stdin)',
    )
    .addHelpText('after', '\nExample: drpo optimize --optimizer gpt-6-luna --set budget.usd=2 --out runs/mine')
    .action(async (flags: OptimizeFlags) => {
      const person = flags.approve ? new Approver() : undefined;
      try {
        const result = await runOptimize(flags, person);
        onResult(result.folder);
        printOutcome(flags, renderSummary(result), result.outcome, result.exitCode);
      } finally {
        person?.close();
      }
    });
}

async function runOptimize(flags: OptimizeFlags, person?: Approver): Promise<CommandResult<OptimizeResult>> {
  const onEvent = await createEventHandler(flags);
  const { out, fresh, remote } = flags;
  if (remote === undefined) return optimizeHere(flags, { onEvent, ...(person && { approve: person.ask }) });
  if (flags.watch !== undefined)
    throw new UserError(
      '--watch: expected a run of this machine, got one with --remote; use `report --live` on its folder instead',
    );
  const { optimizeRemote } = await import('../run/remote/optimizeRemote.ts'); // only this needs LangGraph's client
  return optimizeRemote(toConfigSources(findOwnConfig(flags)), { remote, out, fresh, approve: person?.ask, onEvent });
}

/** The run of this machine, as the library makes it; the first Ctrl-C ends it with the best prompt so far. */
async function optimizeHere(flags: OptimizeFlags, options: OptimizeOptions): Promise<CommandResult<OptimizeResult>> {
  const { signal, release } = createInterruptSignal();
  const { out, fresh } = flags;
  try {
    const config = loadRunConfig(flags);
    const run = await optimize({ ...options, config, fresh, signal, ...(out !== undefined && { folder: out }) });
    const { folder, ...result } = run;
    return toCommandResult(result, folder);
  } finally {
    release();
  }
}

/** Shows a run's events as progress and, with `--watch`, on a page. */
async function createEventHandler(flags: OptimizeFlags): Promise<OptimizeEventHandler> {
  const screen = chooseScreen(flags);
  const progress = new Progress(screen);
  if (flags.watch === undefined || flags.remote !== undefined) return progress.handle;
  const { createWatchPage } = await import('../server/watch/createWatchPage.ts'); // only this needs a server
  const show = createWatchPage({ port: flags.watch, screen });
  return async (event) => {
    await show(event);
    progress.handle(event);
  };
}
