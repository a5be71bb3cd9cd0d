import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import {
  summarizeJudgements,
  computeSummaryIntervals,
  type SummaryIntervals,
  type JudgementSummary,
} from '../evals/justEval/judgementSummary.ts';
import type { BiasReport } from '../evals/bias/biasReport.ts';
import { METHOD_NAMES, type MethodName } from '../evals/justEval/methods.ts';
import type { ScoredJudgement } from '../evals/justEval/records.ts';
import { summarizeViews, type SummaryViews } from '../evals/justEval/views.ts';
import { checkJudgedFiles } from '../evals/experiments/checkBias.ts';
import type { EvaluationReport } from '../evals/experiments/evaluationReport.ts';
import { loadInstructions, readJudgements } from '../evals/experiments/loadInstructions.ts';
import { withConfigFlags, createWholeNumberParser, type EvaluateFlags } from '../evals/experiments/options.ts';
import { renderBiasReport } from '../evals/experiments/renderBiasReport.ts';
import { listCaveats, renderSummaryTable, renderViewsTable } from '../evals/experiments/evaluationTables.ts';
import { UserError } from '../run/config/userError.ts';
import { toJsonLine, toPrintable } from '../run/progress.ts';

/** What `evaluate --judged` brings. */
export type JudgedOutcome = JudgementSummary & {
  intervals: SummaryIntervals;
  repeated: number;
  views: SummaryViews;
  bias?: BiasReport;
  folder?: string;
};

/** Adds `evaluate`: just-eval over a model with a method, or over existing judgements. */
export function addEvaluateCommand(root: Command): void {
  withConfigFlags(root.command('evaluate'))
    .description('just-eval over a model with a method, or over existing judgements')
    .option('--judged <file...>', 'only sum up judgements: records {id, instruction, output, result}')
    .addOption(new Option('--method <name>', 'how to answer').choices(METHOD_NAMES))
    .option('--run <dir>', 'the run whose prompt and examples `drpo` uses')
    .option(
      '--instructions <file>',
      'the instructions, JSON or JSONL (default: just-eval-instruct from its public address)',
    )
    .option('--lite <file>', 'only the ids in a filter file of just-eval (lite_regular_ids, lite_safety_ids)')
    .option(
      '--limit <n>',
      'so many instructions at most, spread evenly over the set',
      createWholeNumberParser('limit', 1),
    )
    .option('--urial <file>', 'a URIAL text to use instead of ours')
    .option(
      '--bias [n]',
      'try the judges for bias (position, length, own answers) on the answers to so many instructions (default 40)',
      createWholeNumberParser('bias', 10),
    )
    .action(async (flags: EvaluateFlags) => {
      if (flags.judged) return summarizeWithBias(flags);
      const method = chooseMethod(flags);
      const { evaluateMethod } = await import('../evals/experiments/evaluateMethod.ts'); // no other command needs it
      const { evaluation, status } = await evaluateMethod(method, flags);
      printEvaluation(flags, evaluation, status);
    });
}

function chooseMethod({ method, run }: EvaluateFlags): MethodName {
  const chosen = method ?? (run === undefined ? undefined : 'drpo');
  if (chosen === undefined)
    throw new UserError('evaluate: expected --method base, urial or drpo, or --judged FILE, got neither');
  if (chosen === 'drpo' && run === undefined)
    throw new UserError('--method drpo: expected --run DIR, got nothing; name the folder of a run');
  return chosen;
}

/** Existing judgements, and where it is asked for what their judges are biased by. */
async function summarizeWithBias(flags: EvaluateFlags): Promise<void> {
  const outcome = await summarizeJudgedFiles(flags);
  if (flags.bias === undefined) return printEvaluation(flags, outcome, 0);
  const { bias, stopped, folder } = await checkJudgedFiles(flags);
  const status = stopped === null ? 0 : stopped === 'budget' ? 3 : 130;
  printEvaluation(flags, { ...outcome, bias, ...(folder !== null && { folder }) }, status);
}

/** Existing judgements, summed up; with `--instructions` they get the tags their records lack. */
async function summarizeJudgedFiles({ judged = [], instructions }: EvaluateFlags): Promise<JudgedOutcome> {
  const { scored, repeated } = readJudgements(judged.map((file) => resolve(file)));
  const all = instructions === undefined ? scored : withTags(scored, await loadInstructions({ instructions }));
  return { ...summarizeJudgements(all), intervals: computeSummaryIntervals(all), repeated, views: summarizeViews(all) };
}

function withTags(
  scored: readonly ScoredJudgement[],
  instructions: Awaited<ReturnType<typeof loadInstructions>>,
): ScoredJudgement[] {
  const byId = new Map(instructions.map((i) => [String(i.id), i]));
  return scored.map((s) => {
    const known = byId.get(String(s.id));
    return { ...s, dataset: s.dataset ?? known?.dataset, tags: s.tags ?? known?.tags };
  });
}

/** The tables for people (on stderr where JSON is wanted), and the JSON. */
function printEvaluation(
  { json, quiet }: EvaluateFlags,
  outcome: JudgedOutcome | EvaluationReport,
  status: 0 | 3 | 130,
): void {
  const title = 'title' in outcome ? [outcome.title] : [`just-eval: ${outcome.n} judgements`];
  const lines = [
    ...title,
    renderSummaryTable(outcome, outcome.intervals),
    ...listCaveats(outcome),
    renderViewsTable(outcome.views),
  ];
  const bias = outcome.bias ? [renderBiasReport(outcome.bias)] : [];
  const folder = outcome.folder !== undefined ? [`All of it in ${outcome.folder}`] : [];
  const text = [...lines, ...bias, ...folder].filter(Boolean).join('\n\n');
  if (!quiet) (json ? process.stderr : process.stdout).write(`${toPrintable(text)}\n`);
  if (json) process.stdout.write(toJsonLine(outcome));
  process.exitCode = status;
}
