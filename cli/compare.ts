import type { Command } from 'commander';
import { loadComparisonConfig } from '../evals/compare/loadComparisonConfig.ts';
import { parseOperand } from '../evals/compare/operands.ts';
import { renderComparison } from '../evals/compare/renderComparison.ts';
import { reportComparison, type ReportFiles } from '../evals/compare/reportComparison.ts';
import { printOutcome } from './printOutcome.ts';
import {
  chooseScreen,
  createNumberParser,
  findOwnConfig,
  toConfigSources,
  withOwnConfigFlag,
  withRunFlags,
  type RunFlags,
} from './runFlags.ts';

type CompareFlags = RunFlags & ReportFiles & { queries?: string; failIfWorse?: number };

/** Adds `compare`: prompts on held-out queries, each against the first. */
export function addCompareCommand(root: Command): void {
  withOwnConfigFlag(withRunFlags(root.command('compare')))
    .description('compares prompts on held-out queries, each with the first, and says which is better or worse')
    .argument(
      '<prompts...>',
      'two or more: a run’s folder, a text file, or "initial" (the config’s first prompt); each may end in #MODEL[@BASEURL], its base model',
    )
    .option('--queries <file>', 'held-out queries, all of which are asked (default: those of the config, 40 at most)')
    .option(
      '--fail-if-worse <margin>',
      'exit with 4 if a prompt is shown to be worse, by this mean loss or more (points of 5, 0 to 4)',
      createNumberParser('fail-if-worse', 4),
    )
    .option('--markdown <file>', 'write the verdicts and the answers side by side as Markdown')
    .option('--junit <file>', 'write a JUnit report: a prompt that fails is a failure, no verdict is an error')
    .addHelpText(
      'after',
      '\nExample: drpo compare prompts/main.txt prompts/new.txt --fail-if-worse 0.2 --junit drpo.xml',
    )
    .action(async (prompts: string[], { markdown, junit, ...flags }: CompareFlags) => {
      const { outcome, exitCode } = await reportComparison(prompts, { markdown, junit }, async () => {
        const operands = prompts.map(parseOperand);
        const config = loadComparisonConfig(
          toConfigSources(flags),
          operands,
          () => toConfigSources(findOwnConfig(flags)).file,
        );
        // loaded here, since no other command needs it
        const { comparePrompts } = await import('../evals/compare/comparePrompts.ts');
        return comparePrompts(config, { ...flags, operands, screen: chooseScreen(flags) });
      });
      printOutcome(flags, renderComparison(outcome), outcome, exitCode);
    });
}
