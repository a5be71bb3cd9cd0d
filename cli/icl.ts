import type { Command } from 'commander';
import { optimizeExamples } from '../run/optimizeExamples.ts';
import { loadRunConfig } from './loadRunConfig.ts';
import { printOutcome } from './printOutcome.ts';
import { chooseScreen, withOwnConfigFlag, withRunFlags, type RunFlags } from './runFlags.ts';

/** Adds `icl`: stage 1 alone. */
export function addIclCommand(root: Command): void {
  withOwnConfigFlag(withRunFlags(root.command('icl')))
    .description('rewrites the in-context examples (stage 1 of DRPO alone)')
    .addHelpText('after', '\nExample: drpo icl --config config.json --out runs/examples')
    .action(async (flags: RunFlags) => {
      const config = loadRunConfig(flags, { 'examples.rewrite': true });
      const { outcome, folder, exitCode } = await optimizeExamples(config, { ...flags, screen: chooseScreen(flags) });
      const count = Object.keys(outcome.examples).length;
      printOutcome(flags, `${count} examples are in ${folder}/examples.json`, outcome, exitCode);
    });
}
