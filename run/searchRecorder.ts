import type { Hypothesis } from '../state/hypothesis.ts';
import type { OptimizeEventHandler } from './events.ts';
import type { RunFolder } from './runFolder.ts';

/** Writes what a search judges and rejects into its folder, and reports each item once. */
export const createSearchRecorder = (folder: RunFolder, onEvent: OptimizeEventHandler | undefined) => ({
  recordJudged: (node: Hypothesis): void => {
    if (folder.journal.append(node)) void onEvent?.({ type: 'candidateJudged', node });
  },
  recordRejected: (rejected: readonly { parent: string; sample: number; reason: string }[]): void => {
    for (const { parent, sample, reason } of rejected)
      if (folder.events.append({ id: `${parent}/${sample}`, kind: 'rejected', what: reason }))
        void onEvent?.({ type: 'rewriteRejected', parent, reason });
  },
});
