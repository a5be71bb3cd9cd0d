import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createReplyCounter, type MonitoredNodes } from '../../nodes/failOnUnreadable.ts';
import type { UnreadableReplyHandler } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { describeModel, formatModelName } from '../../run/describeModel.ts';
import { SearchError } from '../../state/failure.ts';
import { makeJudgeJustEval, type JudgeJustEval } from '../justEval/judgeJustEval.ts';
import { runJustEval, type JustEvalOptions, type JustEvalRecord } from '../justEval/runJustEval.ts';

/** What just-eval needs besides its judge and the models' names, which come from the settings. */
export interface MonitoredJustEvalOptions extends Pick<
  JustEvalOptions,
  'instructions' | 'method' | 'onRecord' | 'config'
> {
  settings: Config;
  judgeModel: BaseChatModel;
  /** Called for each reply that could not be read. */
  onUnreadable: UnreadableReplyHandler;
}

/**
 * Runs just-eval, and ends it if the judge's replies stay unreadable: all of the first ones, or too large a share of all.
 * @throws SearchError then, so that the next session asks for these judgements again
 */
export async function runMonitoredJustEval({
  settings,
  judgeModel,
  onUnreadable,
  ...options
}: MonitoredJustEvalOptions): Promise<JustEvalRecord[]> {
  const { models, search, concurrency } = settings;
  const { judge, check } = createMonitoredJudge(judgeModel, search.maxMissingShare, onUnreadable);
  const records = await runJustEval({
    ...options,
    judge,
    generator: formatModelName(describeModel(models.base)),
    judgedBy: formatModelName(describeModel(models.judge)),
    inFlight: concurrency,
  });
  check(true);
  return records;
}

/** @throws SearchError if there is no judgement at all, such as of a base model that answers nothing */
export function requireJudgement(records: readonly JustEvalRecord[]): void {
  if (records.length === 0 || records.some(({ missing }) => missing === undefined)) return;
  throw new SearchError(
    `all ${records.length} judgements are missing. The last one failed: ${records.at(-1)?.missing}. Check models.base and models.judge, and run the same command again.`,
  );
}

/** just-eval's judge, whose missing judgements are counted; `maxMissingShare` is from 0 to 1. */
function createMonitoredJudge(
  model: BaseChatModel,
  maxMissingShare: number,
  onUnreadable: UnreadableReplyHandler,
): { judge: JudgeJustEval; check: MonitoredNodes['check'] } {
  const judge = makeJudgeJustEval({ model, onUnreadable });
  const { count, check } = createReplyCounter(maxMissingShare);
  return {
    check,
    judge: async (reads, config) => {
      const judgement = await judge(reads, config);
      count('judgeJustEval', 1, judgement.missing === undefined ? [] : [judgement.missing]);
      return judgement;
    },
  };
}
