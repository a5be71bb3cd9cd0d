import { SearchFailed } from '../state/failure.ts';
import type { Nodes } from './node.ts';

/** How `rewriteSystemPrompt` begins its reason for a rewrite that could not be read. */
const UNREADABLE = 'unreadable: ';

/** Replies from which "none at all could be used", and from which a share, tells something. */
const [NONE_OF, SHARE_OF] = [5, 10];

interface Count {
  asked: number;
  unread: number;
  /** Why the last one could not be used. */
  last: string;
}

/** Who is asked in a step, as the config names it. */
const ASKED = {
  selectRewards: 'reward',
  judge: 'judge',
  rewriteSystemPrompt: 'optimizer',
  rewriteExample: 'optimizer',
  judgeJustEval: 'judge',
};
type Step = keyof typeof ASKED;

export interface Readable {
  nodes: Nodes;
  /**
   * For where all calls of a level are in, or of the run (`over`).
   * @throws SearchFailed where a step could not be used more often than the share allows, or in all of the run not once
   */
  check: (over?: boolean) => void;
}

/**
 * The nodes, watched: where a model's replies stay unreadable (after each was sent back once), or its calls fail one by one,
 * the run ends instead of running on with what stands in for them. At once where nothing at all could be used; the share is
 * for the end of a level, so that it does not depend on who finishes first. @param share 0 to 1; 1 never ends a run
 */
export function watched(nodes: Nodes, share: number): Readable {
  const { seen, check } = counting(share);
  return {
    nodes: {
      ...nodes,
      selectRewards: async (reads, config) => {
        const chosen = await nodes.selectRewards(reads, config);
        seen('selectRewards', 1, listed(chosen.missing));
        return chosen;
      },
      judge: async (reads, config) => {
        const judgement = await nodes.judge(reads, config);
        seen('judge', 1, listed(judgement.missing));
        return judgement;
      },
      rewriteSystemPrompt: async (reads, config) => {
        const rewrites = await nodes.rewriteSystemPrompt(reads, config);
        const unread = rewrites.refused.flatMap((r) => (r.reason.startsWith(UNREADABLE) ? [r.reason] : []));
        const complaints = unread.map((reason) => reason.slice(UNREADABLE.length));
        seen('rewriteSystemPrompt', rewrites.prompts.length + rewrites.refused.length, complaints);
        return rewrites;
      },
      rewriteExample: async (reads, config) => {
        const rewrite = await nodes.rewriteExample(reads, config);
        seen('rewriteExample', 1, listed(rewrite.missing));
        return rewrite;
      },
    },
    check,
  };
}

/** Counts a step's replies and those of them that could not be used: `seen` as they come, `check` where all are in. @throws SearchFailed, both */
export function counting(share: number): {
  seen: (step: Step, asked: number, complaints: readonly string[]) => void;
  check: Readable['check'];
} {
  const counts = new Map<Step, Count>();
  return {
    seen: (step, asked, complaints) => {
      const before = counts.get(step) ?? { asked: 0, unread: 0, last: '' };
      const last = complaints.at(-1) ?? before.last;
      const count = { asked: before.asked + asked, unread: before.unread + complaints.length, last };
      counts.set(step, count);
      if (count.asked >= NONE_OF && count.unread === count.asked && share < 1) throw failed(step, count);
    },
    check: (over = false) => {
      for (const [step, count] of counts) {
        const never = over && count.unread === count.asked && share < 1;
        if (never || (count.asked >= SHARE_OF && count.unread > share * count.asked)) throw failed(step, count);
      }
    },
  };
}

const listed = (complaint: string | undefined): string[] => (complaint === undefined ? [] : [complaint]);

const failed = (step: Step, { asked, unread, last }: Count): SearchFailed =>
  new SearchFailed(
    `${unread} of ${asked} replies to ${step} could not be used, the last because: ${last}; mend models.${ASKED[step]} and start the run again (what could not be read is asked for anew), or raise search.missingShare`,
  );
