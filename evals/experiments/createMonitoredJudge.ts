import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { makeJudgeJustEval, type JudgeJustEval } from '../justEval/judgeJustEval.ts';
import { createReplyCounter, type UnreadableReplyHandler, type MonitoredNodes } from '../../nodes/index.ts';

/**
 * just-eval's judge, which ends the evaluation where its replies stay unreadable, more than `share` (0 to 1) of them or all
 * of the first: the next session asks for them anew. `check` is for where all judgements are in. @throws SearchError, both
 */
export function createMonitoredJudge({
  model,
  share,
  onUnreadable,
}: {
  model: BaseChatModel;
  share: number;
  onUnreadable: UnreadableReplyHandler;
}): { judge: JudgeJustEval; check: MonitoredNodes['check'] } {
  const judge = makeJudgeJustEval({ model, onUnreadable });
  const { seen, check } = createReplyCounter(share);
  return {
    check,
    judge: async (reads, config) => {
      const judgement = await judge(reads, config);
      seen('judgeJustEval', 1, judgement.missing === undefined ? [] : [judgement.missing]);
      return judgement;
    },
  };
}
