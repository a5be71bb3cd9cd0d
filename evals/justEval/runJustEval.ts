import type { RunnableConfig } from '@langchain/core/runnables';
import { runAsStep } from '../../graphs/evaluateCandidate.ts';
import { JUST_EVAL_ASPECTS, type JustEvalAspect } from './justEvalAspects.ts';
import type { Instruction } from './instructions.ts';
import type { JudgeJustEval, JustEvalJudgement, JudgementInput } from './judgeJustEval.ts';
import type { MethodAnswer, InstructionAnswerer, AlignmentMethod } from './methods.ts';
import { parseJudgement } from './parseJudgement.ts';
import { selectModePoints, type ScoredJudgement } from './records.ts';

/** A judged answer in just-eval's record shape. */
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
  /** The judge's raw words; null where nothing was judged. */
  result: string | null;
  parsed_result: Partial<Record<JustEvalAspect, { reason: string; score: number | 'N/A' }>> | null;
  /** Why something is missing. */
  missing?: string | undefined;
}

export interface JustEvalOptions {
  instructions: readonly Instruction[];
  method: AlignmentMethod;
  judge: JudgeJustEval;
  /** Names for the records. */
  generator: string;
  judgedBy: string;
  /** Instructions at work at a time: as many as calls may be in flight, so that what is begun gets done. Default 16. */
  inFlight?: number;
  /** Told of each record as it is done, in the order of their being done. */
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
export async function runJustEval(given: JustEvalOptions): Promise<JustEvalRecord[]> {
  const { instructions, inFlight = 16 } = given;
  const answer = await given.method(instructions.map((i) => i.instruction));
  const records: JustEvalRecord[] = [];
  const places = instructions.entries();
  const work = async (): Promise<void> => {
    for (const [place, item] of places) {
      const record = await evaluateInstruction(given, answer, place, item);
      records[place] = record;
      given.onRecord?.(record);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, instructions.length) }, work));
  return records;
}

/** One instruction: answered, then judged. Where somebody listens, a run with both below it. */
function evaluateInstruction(
  given: JustEvalOptions,
  answer: InstructionAnswerer,
  place: number,
  item: Instruction,
): Promise<JustEvalRecord> {
  const { id, instruction, mode } = item;
  const respond = runAsStep<{ query: string }, MethodAnswer>('respond', ({ query }, config) =>
    answer(query, place, config),
  );
  const judge = runAsStep<JudgementInput, JustEvalJudgement>('judgeJustEval', (reads, config) =>
    given.judge(reads, config),
  );
  return runAsStep<{ instruction: string | number; query: string }, JustEvalRecord>(
    'evaluateOne',
    async ({ query }, config) => {
      const answered = await respond({ query }, config);
      const { response, missing } = answered;
      const judged = missing === undefined ? await judge({ query, response, mode }, config) : null;
      return toJustEvalRecord(item, answered, judged, given);
    },
  )({ instruction: id, query: instruction }, given.config ?? {});
}

function toJustEvalRecord(
  { id, instruction, mode, dataset, source_id, tags }: Instruction,
  answered: MethodAnswer,
  judged: JustEvalJudgement | null,
  { generator, judgedBy }: JustEvalOptions,
): JustEvalRecord {
  const missing = answered.missing ?? judged?.missing;
  return {
    id,
    instruction,
    ...(source_id !== undefined && { source_id }),
    ...(dataset !== undefined && { dataset }),
    category: mode,
    tags,
    output: answered.response,
    generator,
    datasplit: 'just_eval',
    judge: judgedBy,
    eval_config: { mode: mode === 'safety' ? 'score_safety' : 'score_multi', gpt: judgedBy },
    result: judged?.result ?? null,
    parsed_result: judged && toParsedResult(judged),
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

/** A record as counted: what is missing of it counts for nothing. */
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
