import type { Command } from 'commander';
import type { CommandResult } from '../run/commandResult.ts';
import { UserError } from '../run/config/userError.ts';
import { optimizePrompt, type OptimizeOptions } from '../run/optimize.ts';
import type { OptimizeResult } from '../run/result.ts';
import { Approver } from './approve/person.ts';
import { loadRunConfig } from './loadRunConfig.ts';
import { printOutcome } from './printOutcome.ts';
import { chooseScreen, createWatchOption, toConfigSources, withRunFlags, type RunFlags } from './runFlags.ts';
import { renderSummary } from './summary.ts';

type OptimizeFlags = RunFlags & { remote?: string; approve?: boolean; watch?: number };

/** Adds `optimize`: both stages of DRPO. `onResult` gets the folder of the run. */
export function addOptimizeCommand(root: Command, onResult: (folder: string) => void): void {
  withRunFlags(root.command('optimize'))
    .description('searches a better system prompt (all of DRPO; examples.rewrite adds stage 1)')
    .option('--remote <url>', 'search at a LangGraph server (npm run studio), with its models; the results come here')
    .addOption(createWatchOption())
    .option(
      '--approve',
      'ask a person after each level: accept, edit, score, veto (at a terminal, or as JSON lines on stdin)',
    )
    .addHelpText('after', '\nExample: drpo optimize --optimizer gpt-4o-mini --set budget.usd=2 --out runs/mine')
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
  const screen = chooseScreen(flags);
  const options = { ...flags, screen, ask: person?.ask, around: await createWatcher(flags) };
  if (flags.remote === undefined) return optimizePrompt(loadRunConfig(flags), options);
  if (flags.watch !== undefined)
    throw new UserError(
      '--watch: expected a run of this machine, got one with --remote; use `report --live` on its folder instead',
    );
  const { optimizeRemote } = await import('../run/remote/optimizeRemote.ts'); // only this needs LangGraph's client
  return optimizeRemote(toConfigSources(flags), { ...options, remote: flags.remote });
}

/** Shows the run on a page while it is running. */
async function createWatcher({ watch, quiet }: OptimizeFlags): Promise<OptimizeOptions['around']> {
  if (watch === undefined) return undefined;
  const { withWatchPage } = await import('../server/watch/watchWhileRunning.ts'); // only this needs a server
  return (session, work) => withWatchPage(session, { port: watch, screen: quiet ? null : process.stderr }, work);
}
