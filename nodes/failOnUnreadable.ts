import { SearchError } from '../state/failure.ts';
import type { Nodes } from './node.ts';

/** How `rewriteSystemPrompt` begins its reason for a rewrite that could not be read. */
const UNREADABLE_PREFIX = 'unreadable: ';

/** Replies from which "none at all could be used", and from which a share, tells something. */
const [MIN_REPLIES_TO_FAIL_ALL, MIN_REPLIES_FOR_SHARE] = [5, 10];

interface ReplyCount {
  total: number;
  unreadable: number;
  /** Why the last one could not be used. */
  lastComplaint: string;
}

/** Who is asked in a step, as the config names it. */
const ROLE_BY_STEP = {
  selectRewards: 'reward',
  judge: 'judge',
  rewriteSystemPrompt: 'optimizer',
  rewriteExample: 'optimizer',
  judgeJustEval: 'judge',
};
type MonitoredStep = keyof typeof ROLE_BY_STEP;

export interface MonitoredNodes {
  nodes: Nodes;
  /**
   * For where all calls of a level are in, or of the run (`over`).
   * @throws SearchError where a step could not be used more often than the share allows, or in all of the run not once
   */
  check: (over?: boolean) => void;
}

/**
 * The nodes, watched: where a model's replies stay unreadable (after each was sent back once), or its calls fail one by one,
 * the run ends instead of running on with what stands in for them. At once where nothing at all could be used; the share is
 * for the end of a level, so that it does not depend on who finishes first. @param share 0 to 1; 1 never ends a run
 */
export function failOnUnreadable(nodes: Nodes, share: number): MonitoredNodes {
  const { seen, check } = createReplyCounter(share);
  return {
    nodes: {
      ...nodes,
      selectRewards: async (reads, config) => {
        const chosen = await nodes.selectRewards(reads, config);
        seen('selectRewards', 1, toList(chosen.missing));
        return chosen;
      },
      judge: async (reads, config) => {
        const judgement = await nodes.judge(reads, config);
        seen('judge', 1, toList(judgement.missing));
        return judgement;
      },
      rewriteSystemPrompt: async (reads, config) => {
        const rewrites = await nodes.rewriteSystemPrompt(reads, config);
        const unread = rewrites.refused.flatMap((r) => (r.reason.startsWith(UNREADABLE_PREFIX) ? [r.reason] : []));
        const complaints = unread.map((reason) => reason.slice(UNREADABLE_PREFIX.length));
        seen('rewriteSystemPrompt', rewrites.prompts.length + rewrites.refused.length, complaints);
        return rewrites;
      },
      rewriteExample: async (reads, config) => {
        const rewrite = await nodes.rewriteExample(reads, config);
        seen('rewriteExample', 1, toList(rewrite.missing));
        return rewrite;
      },
    },
    check,
  };
}

/** Counts a step's replies and those of them that could not be used: `seen` as they come, `check` where all are in. @throws SearchError, both */
export function createReplyCounter(share: number): {
  seen: (step: MonitoredStep, asked: number, complaints: readonly string[]) => void;
  check: MonitoredNodes['check'];
} {
  const counts = new Map<MonitoredStep, ReplyCount>();
  return {
    seen: (step, asked, complaints) => {
      const before = counts.get(step) ?? { total: 0, unreadable: 0, lastComplaint: '' };
      const count = {
        total: before.total + asked,
        unreadable: before.unreadable + complaints.length,
        lastComplaint: complaints.at(-1) ?? before.lastComplaint,
      };
      counts.set(step, count);
      if (count.total >= MIN_REPLIES_TO_FAIL_ALL && count.unreadable === count.total && share < 1)
        throw createSearchFailure(step, count);
    },
    check: (over = false) => {
      for (const [step, count] of counts) {
        const never = over && count.unreadable === count.total && share < 1;
        if (never || (count.total >= MIN_REPLIES_FOR_SHARE && count.unreadable > share * count.total))
          throw createSearchFailure(step, count);
      }
    },
  };
}

const toList = (complaint: string | undefined): string[] => (complaint === undefined ? [] : [complaint]);

const createSearchFailure = (
  step: MonitoredStep,
  { total: asked, unreadable: unread, lastComplaint: last }: ReplyCount,
): SearchError =>
  new SearchError(
    `${unread} of ${asked} replies to ${step} could not be used, the last because: ${last}; mend models.${ROLE_BY_STEP[step]} and start the run again (what could not be read is asked for anew), or raise search.maxMissingShare`,
  );
