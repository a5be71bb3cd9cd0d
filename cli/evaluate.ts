import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { aggregate, intervalsOf, type Intervals, type Summary } from '../evals/justEval/aggregate.ts';
import type { Bias } from '../evals/bias/bias.ts';
import { METHODS, type MethodName } from '../evals/justEval/methods.ts';
import type { Scored } from '../evals/justEval/records.ts';
import { viewsOf, type Views } from '../evals/justEval/views.ts';
import { biasOfJudged } from '../evals/experiments/checkBias.ts';
import type { Evaluation } from '../evals/experiments/evaluation.ts';
import { instructionsFor, judgedIn } from '../evals/experiments/readInstructionSets.ts';
import { withConfigFlags, wholeNumber, type EvaluateFlags } from '../evals/experiments/options.ts';
import { biasTable } from '../evals/experiments/biasTable.ts';
import { caveats, summaryTable, viewsTable } from '../evals/experiments/evaluationTables.ts';
import { UserFault } from '../run/config/userError.ts';
import { jsonLine, printable } from '../run/progress.ts';

/** What `evaluate --judged` brings. */
export type JudgedOutcome = Summary & {
  intervals: Intervals;
  repeated: number;
  views: Views;
  bias?: Bias;
  folder?: string;
};

/** Adds `evaluate`: just-eval over a model with a method, or over existing judgements. */
export function addEvaluate(root: Command): void {
  withConfigFlags(root.command('evaluate'))
    .description('just-eval over a model with a method, or over existing judgements')
    .option('--judged <file...>', 'only sum up judgements: records {id, instruction, output, result}')
    .addOption(new Option('--method <name>', 'how to answer').choices(METHODS))
    .option('--run <dir>', 'the run whose prompt and examples `drpo` uses')
    .option(
      '--instructions <file>',
      'the instructions, JSON or JSONL (default: just-eval-instruct from its public address)',
    )
    .option('--lite <file>', 'only the ids in a filter file of just-eval (lite_regular_ids, lite_safety_ids)')
    .option('--limit <n>', 'so many instructions at most, spread evenly over the set', wholeNumber('limit', 1))
    .option('--urial <file>', 'a URIAL text to use instead of ours')
    .option(
      '--bias [n]',
      'try the judges for bias (position, length, own answers) on the answers to so many instructions (default 40)',
      wholeNumber('bias', 10),
    )
    .action(async (flags: EvaluateFlags) => {
      if (flags.judged) return sumUpAndCheck(flags);
      const method = methodOf(flags);
      const { evaluateMethod } = await import('../evals/experiments/evaluateMethod.ts'); // no other command needs it
      const { evaluation, status } = await evaluateMethod(method, flags);
      tell(flags, evaluation, status);
    });
}

function methodOf({ method, run }: EvaluateFlags): MethodName {
  const chosen = method ?? (run === undefined ? undefined : 'drpo');
  if (chosen === undefined)
    throw new UserFault('evaluate: expected --method base, urial or drpo, or --judged FILE, got neither');
  if (chosen === 'drpo' && run === undefined)
    throw new UserFault('--method drpo: expected --run DIR, got nothing; name the folder of a run');
  return chosen;
}

/** Existing judgements, and where it is asked for what their judges are biased by. */
async function sumUpAndCheck(flags: EvaluateFlags): Promise<void> {
  const outcome = await sumUp(flags);
  if (flags.bias === undefined) return tell(flags, outcome, 0);
  const { bias, stopped, folder } = await biasOfJudged(flags);
  const status = stopped === null ? 0 : stopped === 'budget' ? 3 : 130;
  tell(flags, { ...outcome, bias, ...(folder !== null && { folder }) }, status);
}

/** Existing judgements, summed up; with `--instructions` they get the tags their records lack. */
async function sumUp({ judged = [], instructions }: EvaluateFlags): Promise<JudgedOutcome> {
  const { scored, repeated } = judgedIn(judged.map((file) => resolve(file)));
  const all = instructions === undefined ? scored : withTags(scored, await instructionsFor({ instructions }));
  return { ...aggregate(all), intervals: intervalsOf(all), repeated, views: viewsOf(all) };
}

function withTags(scored: readonly Scored[], instructions: Awaited<ReturnType<typeof instructionsFor>>): Scored[] {
  const byId = new Map(instructions.map((i) => [String(i.id), i]));
  return scored.map((s) => {
    const known = byId.get(String(s.id));
    return { ...s, dataset: s.dataset ?? known?.dataset, tags: s.tags ?? known?.tags };
  });
}

/** The tables for people (on stderr where JSON is wanted), and the JSON. */
function tell({ json, quiet }: EvaluateFlags, outcome: JudgedOutcome | Evaluation, status: 0 | 3 | 130): void {
  const title = 'title' in outcome ? [outcome.title] : [`just-eval: ${outcome.n} judgements`];
  const lines = [...title, summaryTable(outcome, outcome.intervals), ...caveats(outcome), viewsTable(outcome.views)];
  const bias = outcome.bias ? [biasTable(outcome.bias)] : [];
  const folder = outcome.folder !== undefined ? [`All of it in ${outcome.folder}`] : [];
  const text = [...lines, ...bias, ...folder].filter(Boolean).join('\n\n');
  if (!quiet) (json ? process.stderr : process.stdout).write(`${printable(text)}\n`);
  if (json) process.stdout.write(jsonLine(outcome));
  process.exitCode = status;
}
