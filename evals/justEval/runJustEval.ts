import type { RunnableConfig } from '@langchain/core/runnables';
import { runAsStep } from '../../graphs/evaluateCandidate.ts';
import type { Instruction } from './instructions.ts';
import type { JudgeJustEval, JudgementInput, JustEvalJudgement } from './judgeJustEval.ts';
import { JUST_EVAL_ASPECTS, type JustEvalAspect } from './justEvalAspects.ts';
import type { AlignmentMethod, InstructionAnswerer, MethodAnswer } from './methods.ts';
import { parseJudgement } from './parseJudgement.ts';
import { selectModePoints, type ScoredJudgement } from './records.ts';

/** A judged answer in just-eval's record format. */
export interface JustEvalRecord {
  id: string | number;
  instruction: string;
  source_id?: string | undefined;
  dataset?: string | undefined;
  category: 'regular' | 'safety';
  tags: readonly string[];
  output: string;
  generator: string;
  datasplit: 'just_eval';
  judge: string;
  eval_config: { mode: 'score_multi' | 'score_safety'; gpt: string };
  /** The judge's raw reply; null if nothing was judged. */
  result: string | null;
  parsed_result: Partial<Record<JustEvalAspect, { reason: string; score: number | 'N/A' }>> | null;
  /** Why something is missing. */
  missing?: string | undefined;
}

/** What just-eval runs on, and with which method and judge. */
export interface JustEvalOptions {
  instructions: readonly Instruction[];
  method: AlignmentMethod;
  judge: JudgeJustEval;
  /** The names of model and judge in the records. */
  generator: string;
  judgedBy: string;
  /** Instructions at the same time; use the number of calls that may be in flight. The default is 16. */
  inFlight?: number;
  /** Called with each record as soon as it is finished. */
  onRecord?: (record: JustEvalRecord) => void;
  config?: RunnableConfig | undefined;
}

/**
 * Answers and judges every instruction, several at the same time. The records are in the order of the instructions.
 *
 * @example
 * import { createBaseMethod, makeJudgeJustEval, parseInstructions, runJustEval } from 'drpo/evals';
 * import { summarizeJudgements, toScoredJudgement } from 'drpo/evals';
 * import { makeRespond } from 'drpo/nodes';
 * import { createSimulatedModels } from 'drpo/simulated';
 *
 * const models = createSimulatedModels();
 * const records = await runJustEval({
 *   instructions: parseInstructions('["How do tides work?", "Plan a picnic."]'),
 *   method: createBaseMethod(makeRespond({ model: models.base }), 'You are a helpful assistant.'),
 *   judge: makeJudgeJustEval({ model: models.judge }),
 *   generator: 'simulated',
 *   judgedBy: 'simulated',
 * });
 * console.log(summarizeJudgements(records.map(toScoredJudgement)).average);
 */
export async function runJustEval(options: JustEvalOptions): Promise<JustEvalRecord[]> {
  const { instructions, method, inFlight = 16, onRecord } = options;
  const answer = await method(instructions.map(({ instruction }) => instruction));
  const records: JustEvalRecord[] = [];
  const queue = instructions.entries();
  const work = async (): Promise<void> => {
    for (const [index, instruction] of queue) {
      const record = await evaluateInstruction(options, answer, index, instruction);
      records[index] = record;
      onRecord?.(record);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, instructions.length) }, work));
  return records;
}

/** Answers and judges one instruction; in a trace this is one run with both steps below it. */
function evaluateInstruction(
  options: JustEvalOptions,
  answer: InstructionAnswerer,
  index: number,
  instruction: Instruction,
): Promise<JustEvalRecord> {
  const respond = runAsStep<{ query: string }, MethodAnswer>('respond', ({ query }, config) =>
    answer(query, index, config),
  );
  const judge = runAsStep<JudgementInput, JustEvalJudgement>('judgeJustEval', (reads, config) =>
    options.judge(reads, config),
  );
  return runAsStep<{ instruction: string | number; query: string }, JustEvalRecord>(
    'evaluateOne',
    async ({ query }, config) => {
      const answered = await respond({ query }, config);
      const { response, missing } = answered;
      const judgement = missing === undefined ? await judge({ query, response, mode: instruction.mode }, config) : null;
      return toJustEvalRecord(instruction, answered, judgement, options);
    },
  )({ instruction: instruction.id, query: instruction.instruction }, options.config ?? {});
}

function toJustEvalRecord(
  { id, instruction, mode, dataset, source_id, tags }: Instruction,
  answer: MethodAnswer,
  judgement: JustEvalJudgement | null,
  { generator, judgedBy }: JustEvalOptions,
): JustEvalRecord {
  const missing = answer.missing ?? judgement?.missing;
  return {
    id,
    instruction,
    ...(source_id !== undefined && { source_id }),
    ...(dataset !== undefined && { dataset }),
    category: mode,
    tags,
    output: answer.response,
    generator,
    datasplit: 'just_eval',
    judge: judgedBy,
    eval_config: { mode: mode === 'safety' ? 'score_safety' : 'score_multi', gpt: judgedBy },
    result: judgement?.result ?? null,
    parsed_result: judgement && toParsedResult(judgement),
    ...(missing !== undefined && { missing }),
  };
}

const toParsedResult = ({ points, reasons, notApplicable }: JustEvalJudgement): JustEvalRecord['parsed_result'] =>
  Object.fromEntries(
    JUST_EVAL_ASPECTS.flatMap((aspect) => {
      const score = notApplicable.includes(aspect) ? ('N/A' as const) : points[aspect];
      return score === undefined ? [] : [[aspect, { reason: reasons[aspect] ?? '', score }]];
    }),
  );

/** Reads the points of a record; what is missing is left out. */
export function toScoredJudgement({
  id,
  category: mode,
  parsed_result,
  dataset,
  tags,
  missing,
}: JustEvalRecord): ScoredJudgement {
  const { points, notApplicable } = parseJudgement(parsed_result ?? {});
  return {
    id,
    mode,
    dataset,
    tags,
    ...selectModePoints(points, notApplicable, mode),
    ...(missing !== undefined && { missing }),
  };
}
