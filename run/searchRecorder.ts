import type { RejectedRewrite } from '../nodes/node.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { OptimizeEventHandler } from './events.ts';
import { listJudgeWarnings, MIN_JUDGEMENTS_TO_WARN } from './judgeWarnings.ts';
import type { RunFolder } from './runFolder.ts';

/** Writes what a search judges and rejects into its folder, and reports each item once. */
export function createSearchRecorder(folder: RunFolder, onEvent: OptimizeEventHandler | undefined) {
  const checkJudge = createJudgeMonitor(folder, onEvent);
  return {
    recordJudged: (node: Hypothesis): void => {
      if (!folder.journal.append(node)) return;
      void onEvent?.({ type: 'candidateJudged', node });
      checkJudge();
    },
    recordRejected: (
      rejected: readonly (Omit<RejectedRewrite, 'prompt'> & { parent: string; sample: number })[],
    ): void => {
      for (const { parent, sample, reason, line } of rejected) {
        const blamed = line === undefined ? {} : { line };
        if (folder.events.append({ id: `${parent}/${sample}`, kind: 'rejected', what: reason, ...blamed }))
          void onEvent?.({ type: 'rewriteRejected', parent, reason, ...blamed });
      }
    },
  };
}

/** How many times more judgements there are at the next check, so that all checks together cost little more than the last. */
const CHECK_GROWTH = 1.5;

/** Makes a function to be called after each judgement. It reports each sign that the judge measures nothing, once. */
function createJudgeMonitor(folder: RunFolder, onEvent: OptimizeEventHandler | undefined): () => void {
  const raised = new Set<string>();
  let judgements = 0;
  let nextCheck = MIN_JUDGEMENTS_TO_WARN;
  return () => {
    if (!onEvent || ++judgements < nextCheck) return;
    nextCheck = Math.ceil(judgements * CHECK_GROWTH);
    for (const warning of listJudgeWarnings(folder.nodes()).filter(({ code }) => !raised.has(code))) {
      raised.add(warning.code);
      void onEvent({ type: 'warningRaised', ...warning });
    }
  };
}
