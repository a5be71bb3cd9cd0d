import type { RunnableConfig } from '@langchain/core/runnables';
import { step } from '../../graphs/evaluateCandidate.ts';
import { JUST_EVAL, type JustEvalAspect } from './justEvalAspects.ts';
import type { Instruction } from './instructions.ts';
import type { JudgeJustEval, Judgement, Judging } from './judgeJustEval.ts';
import type { Answer, AnswerOne, Prepare } from './methods.ts';
import { readJudged } from './readJudgement.ts';
import { counted, type Scored } from './records.ts';

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

export interface JustEval {
  instructions: readonly Instruction[];
  method: Prepare;
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

/** Has every instruction answered and judged, several at a time. Records keep the instructions' order. */
export async function justEval(given: JustEval): Promise<JustEvalRecord[]> {
  const { instructions, inFlight = 16 } = given;
  const answer = await given.method(instructions.map((i) => i.instruction));
  const records: JustEvalRecord[] = [];
  const places = instructions.entries();
  const work = async (): Promise<void> => {
    for (const [place, item] of places) {
      const record = await evaluateOne(given, answer, place, item);
      records[place] = record;
      given.onRecord?.(record);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, instructions.length) }, work));
  return records;
}

/** One instruction: answered, then judged. Where somebody listens, a run with both below it. */
function evaluateOne(given: JustEval, answer: AnswerOne, place: number, item: Instruction): Promise<JustEvalRecord> {
  const { id, instruction, mode } = item;
  const respond = step<{ query: string }, Answer>('respond', ({ query }, config) => answer(query, place, config));
  const judge = step<Judging, Judgement>('judgeJustEval', (reads, config) => given.judge(reads, config));
  return step<{ instruction: string | number; query: string }, JustEvalRecord>(
    'evaluateOne',
    async ({ query }, config) => {
      const answered = await respond({ query }, config);
      const { response, missing } = answered;
      const judged = missing === undefined ? await judge({ query, response, mode }, config) : null;
      return recordOf(item, answered, judged, given);
    },
  )({ instruction: id, query: instruction }, given.config ?? {});
}

function recordOf(
  { id, instruction, mode, dataset, source_id, tags }: Instruction,
  answered: Answer,
  judged: Judgement | null,
  { generator, judgedBy }: JustEval,
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
    parsed_result: judged && parsedOf(judged),
    ...(missing !== undefined && { missing }),
  };
}

const parsedOf = ({ points, reasons, notApplicable }: Judgement): JustEvalRecord['parsed_result'] =>
  Object.fromEntries(
    JUST_EVAL.flatMap((aspect) => {
      const score = notApplicable.includes(aspect) ? ('N/A' as const) : points[aspect];
      return score === undefined ? [] : [[aspect, { reason: reasons[aspect] ?? '', score }]];
    }),
  );

/** A record as counted: what is missing of it counts for nothing. */
export function scoredOf({ id, category: mode, parsed_result, dataset, tags, missing }: JustEvalRecord): Scored {
  const { points, notApplicable } = readJudged(parsed_result ?? {});
  return {
    id,
    mode,
    dataset,
    tags,
    ...counted(points, notApplicable, mode),
    ...(missing !== undefined && { missing }),
  };
}
