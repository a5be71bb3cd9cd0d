import { resolve } from 'node:path';
import type { BiasReport } from '../bias/biasReport.ts';
import type { Instruction } from '../justEval/instructions.ts';
import {
  computeSummaryIntervals,
  summarizeJudgements,
  type JudgementSummary,
  type SummaryIntervals,
} from '../justEval/judgementSummary.ts';
import type { ScoredJudgement } from '../justEval/records.ts';
import { summarizeViews, type SummaryViews } from '../justEval/views.ts';
import { loadInstructions, readJudgements } from './loadInstructions.ts';

/** The result of `evaluate --judged`. */
export interface JudgedOutcome extends JudgementSummary {
  intervals: SummaryIntervals;
  /** Judgements that other judgements of the same answer replaced. */
  repeated: number;
  views: SummaryViews;
  bias?: BiasReport;
  folder?: string;
}

/** Summarizes existing judgements; a file of instructions gives them the tags that they lack. @throws UserError */
export async function summarizeJudgedFiles(
  files: readonly string[],
  instructions: string | undefined,
): Promise<JudgedOutcome> {
  const { scored, repeated } = readJudgements(files.map((file) => resolve(file)));
  const tagged = instructions === undefined ? scored : addTags(scored, await loadInstructions({ instructions }));
  return {
    ...summarizeJudgements(tagged),
    intervals: computeSummaryIntervals(tagged),
    repeated,
    views: summarizeViews(tagged),
  };
}

function addTags(scored: readonly ScoredJudgement[], instructions: readonly Instruction[]): ScoredJudgement[] {
  const byId = new Map(instructions.map((instruction) => [String(instruction.id), instruction]));
  return scored.map((judgement) => {
    const instruction = byId.get(String(judgement.id));
    return {
      ...judgement,
      dataset: judgement.dataset ?? instruction?.dataset,
      tags: judgement.tags ?? instruction?.tags,
    };
  });
}
