import { Option, type Command } from 'commander';
import { renderEvaluation } from '../evals/experiments/evaluationTables.ts';
import type { EvaluateOptions } from '../evals/experiments/evaluateMethod.ts';
import { loadEvaluationConfig, loadJudgeConfig } from '../evals/experiments/evaluationConfig.ts';
import type { EvaluationReport } from '../evals/experiments/evaluationReport.ts';
import { checkJudgedFiles } from '../evals/experiments/checkJudgedFiles.ts';
import { summarizeJudgedFiles, type JudgedOutcome } from '../evals/experiments/summarizeJudgedFiles.ts';
import { METHOD_NAMES, type MethodName } from '../evals/justEval/methods.ts';
import { toExitCode, type CommandResult } from '../run/commandResult.ts';
import { evaluateIfeval, isIfevalFile, type IfevalReport } from '../evals/ifeval/evaluateIfeval.ts';
import { renderIfeval } from '../evals/ifeval/renderIfeval.ts';
import { UserError } from '../run/config/userError.ts';
import { toPrintable } from '../run/progress.ts';
import { printOutcome } from './printOutcome.ts';
import {
  chooseScreen,
  createBatchOption,
  createWholeNumberParser,
  toConfigSources,
  withRunFlags,
  type RunFlags,
} from './runFlags.ts';

/** The flags of `evaluate`. */
type EvaluateFlags = RunFlags &
  Omit<EvaluateOptions, 'method' | 'screen'> & { judged?: string[]; method?: MethodName; against?: string };

/** Adds `evaluate`: just-eval of a model with a method, or of existing judgements. */
export function addEvaluateCommand(root: Command): void {
  withRunFlags(root.command('evaluate'))
    .description('runs just-eval on a model with a method, or summarizes existing judgements')
    .option('--judged <file...>', 'only summarize judgements: records {id, instruction, output, result}')
    .addOption(new Option('--method <name>', 'how the instructions are answered').choices(METHOD_NAMES))
    .option('--run <dir>', 'the run whose prompt and examples `drpo` uses')
    .option(
      '--instructions <file>',
      'the instructions, JSON or JSON lines; a file of IFEval is scored without a judge (default: just-eval-instruct from its public address)',
    )
    .option('--lite <file>', 'use only the ids in a filter file of just-eval (lite_regular_ids, lite_safety_ids)')
    .option(
      '--limit <n>',
      'use at most n instructions, spread evenly over the set (default: all)',
      createWholeNumberParser('limit', 1),
    )
    .option('--against <dir>', 'with prompts of IFEval: the folder of another evaluation on them, to compare with')
    .option(
      '--queries [file]',
      'also judge answers by the config’s criteria and checks, on held-out queries of a file (default: those of the config)',
    )
    .option('--urial <file>', 'a file with a URIAL text (default: a text of drpo)')
    .option(
      '--bias [n]',
      'check the judges for bias (position, length, own answers) on the answers to n instructions (default: 40)',
      createWholeNumberParser('bias', 10),
    )
    .addOption(createBatchOption())
    .addHelpText('after', '\nExample: drpo evaluate --run runs/mine --instructions instructions.json')
    .action(async ({ judged, ...flags }: EvaluateFlags) => {
      if (judged === undefined && flags.instructions !== undefined && (await isIfevalFile(flags.instructions))) {
        const { exitCode, outcome } = await evaluateOnIfeval(flags.instructions, flags);
        return printOutcome(flags, toPrintable(renderIfeval(outcome)), outcome, exitCode);
      }
      if (flags.against !== undefined)
        throw new UserError(
          '--against: expected --instructions with a file of IFEval beside it, got other instructions',
        );
      if (judged !== undefined && flags.queries !== undefined)
        throw new UserError('--queries: expected nothing beside --judged, which asks no query; leave one out');
      if (judged !== undefined && flags.batch !== undefined)
        throw new UserError('--batch: expected nothing beside --judged, which asks few questions; leave one out');
      const { exitCode, outcome } = await (judged ? summarizeWithBias(judged, flags) : evaluate(flags));
      printOutcome(flags, toPrintable(renderEvaluation(outcome)), outcome, exitCode);
    });
}

function evaluateOnIfeval(instructions: string, flags: EvaluateFlags): Promise<CommandResult<IfevalReport>> {
  for (const flag of ['lite', 'bias'] as const)
    if (flags[flag] !== undefined)
      throw new UserError(`--${flag}: expected nothing with a file of IFEval, which no judge scores; leave it out`);
  if (flags.queries !== undefined)
    throw new UserError('--queries: expected nothing with a file of IFEval, which is a task of its own; leave it out');
  const method = chooseMethod(flags);
  const config = loadEvaluationConfig(toConfigSources(flags), { ...flags, method });
  return evaluateIfeval(config, { ...flags, instructions, method, screen: chooseScreen(flags) });
}

async function evaluate(flags: EvaluateFlags): Promise<CommandResult<EvaluationReport>> {
  const method = chooseMethod(flags);
  const config = loadEvaluationConfig(toConfigSources(flags), { ...flags, method });
  // loaded here, since no other command needs it
  const { evaluateMethod } = await import('../evals/experiments/evaluateMethod.ts');
  return evaluateMethod(config, { ...flags, method, screen: chooseScreen(flags) });
}

function chooseMethod({ method, run }: EvaluateFlags): MethodName {
  const chosen = method ?? (run === undefined ? undefined : 'drpo');
  if (chosen === undefined)
    throw new UserError('evaluate: expected --method base, urial or drpo, or --judged FILE, got neither');
  if (chosen === 'drpo' && run === undefined)
    throw new UserError('--method drpo: expected --run DIR, got nothing; name the folder of a run');
  return chosen;
}

/** Summarizes existing judgements and, with --bias, checks their judges. */
async function summarizeWithBias(
  judged: readonly string[],
  flags: EvaluateFlags,
): Promise<Pick<CommandResult<JudgedOutcome>, 'exitCode' | 'outcome'>> {
  const outcome = await summarizeJudgedFiles(judged, flags.instructions);
  if (flags.bias === undefined) return { exitCode: 0, outcome };
  const config = loadJudgeConfig(toConfigSources(flags));
  const options = { ...flags, judged, screen: chooseScreen(flags) };
  const { bias, stopped, folder } = await checkJudgedFiles(config, options);
  const exitCode = stopped === null ? 0 : toExitCode(stopped);
  return { exitCode, outcome: { ...outcome, bias, ...(folder !== null && { folder }) } };
}
