import type { Command } from 'commander';
import type { JudgeLabelsOptions } from '../evals/judge/compareJudgeWithLabels.ts';
import { loadJudgeConfig } from '../evals/experiments/evaluationConfig.ts';
import { renderJudgeReport, renderJudgeSearch } from '../evals/judge/renderJudgeReport.ts';
import { UserError } from '../run/config/userError.ts';
import { printOutcome } from './printOutcome.ts';
import {
  chooseScreen,
  createWholeNumberParser,
  findOwnConfig,
  toConfigSources,
  withOwnConfigFlag,
  withRunFlags,
  type RunFlags,
} from './runFlags.ts';

type JudgeFlags = RunFlags & Pick<JudgeLabelsOptions, 'limit'> & { labels?: string; optimize?: boolean };

/** Adds `judge`: the judge held against labels by people, or by a stronger judge. */
export function addJudgeCommand(root: Command): void {
  withOwnConfigFlag(withRunFlags(root.command('judge')))
    .description('holds the judge against labels by people: agreement, kappa, bias, slope on length')
    .option('--labels <file>', 'the labels: rows of query, response, criterion and score, or records of just-eval')
    .option(
      '--limit <n>',
      'judge at most n responses, spread evenly over the file (default: all)',
      createWholeNumberParser('limit', 1),
    )
    .option('--optimize', 'search the judge’s instructions on half of the labels, and report on the other half', false)
    .addHelpText('after', '\nExample: drpo judge --labels labels.csv --judge gpt-6-luna')
    .action(async ({ labels, optimize, ...flags }: JudgeFlags) => {
      if (labels === undefined)
        throw new UserError('judge: expected --labels FILE, got nothing; name a file of labels');
      const config = loadJudgeConfig(toConfigSources(findOwnConfig(flags)));
      if (config === null)
        throw new UserError('judge: expected --judge MODEL[@BASEURL] or --config FILE, got neither; name the judge');
      const options = { ...flags, labels, screen: chooseScreen(flags) };
      if (optimize) {
        const { optimizeJudge } = await import('../evals/judge/optimizeJudge.ts');
        const { exitCode, outcome } = await optimizeJudge(config, options);
        return printOutcome(flags, renderJudgeSearch(outcome), outcome, exitCode);
      }
      // loaded here, since no other command needs it
      const { compareJudgeWithLabels } = await import('../evals/judge/compareJudgeWithLabels.ts');
      const { exitCode, outcome } = await compareJudgeWithLabels(config, options);
      printOutcome(flags, renderJudgeReport(outcome), outcome, exitCode);
    });
}
