import { SearchError } from '../state/failure.ts';
import { CHECK_PREFIX } from './checks/withChecks.ts';
import { NO_CHECKLIST } from './checklistJudge.ts';
import type { Judge, Nodes } from './node.ts';

/** How `rewriteSystemPrompt` starts the reason for a rewrite that could not be read. */
const UNREADABLE_PREFIX = 'unreadable: ';

/** So many replies end the run if none of them can be used. */
const MIN_REPLIES_TO_FAIL_ALL = 5;
/** Replies from which on the share of unusable ones is checked. */
const MIN_REPLIES_FOR_SHARE = 10;

interface ReplyCount {
  total: number;
  unreadable: number;
  /** Why the last unusable reply could not be used. */
  lastComplaint: string;
}

/** The role that a step asks, as the config names it. */
const ROLE_BY_STEP = {
  selectRewards: 'reward',
  judge: 'judge',
  proofJudge: 'proofJudge',
  rewriteSystemPrompt: 'optimizer',
  rewriteExample: 'optimizer',
  judgeJustEval: 'judge',
};
type MonitoredStep = keyof typeof ROLE_BY_STEP;

/** Nodes whose replies are counted, and the check of the counts. */
export interface MonitoredNodes {
  nodes: Nodes;
  /**
   * To be called at the end of a level, or of the run (`isOver`).
   * @throws SearchError if a step's share of unusable replies is too large, or if none of its replies in the whole run could be used
   */
  check: (isOver?: boolean) => void;
}

/**
 * Counts the replies that could not be used, even after one repair, and ends the run instead of continuing with substitutes.
 * The run ends at once if nothing could be used. The share is checked at the end of a level, so that it does not depend on the order of answers.
 * @param share largest share of unusable replies, 0 to 1; 1 never ends a run
 */
export function failOnUnreadable(nodes: Nodes, share: number): MonitoredNodes {
  const { count, check } = createReplyCounter(share);
  const countJudgements =
    (step: 'judge' | 'proofJudge', judge: Judge): Judge =>
    async (reads, config) => {
      const judgement = await judge(reads, config);
      count(step, 1, toList(judgement.missing));
      return judgement;
    };
  return {
    nodes: {
      ...nodes,
      selectRewards: async (reads, config) => {
        const selection = await nodes.selectRewards(reads, config);
        count('selectRewards', 1, toList(selection.missing));
        return selection;
      },
      judge: countJudgements('judge', nodes.judge),
      ...(nodes.proofJudge && { proofJudge: countJudgements('proofJudge', nodes.proofJudge) }),
      rewriteSystemPrompt: async (reads, config) => {
        const rewrites = await nodes.rewriteSystemPrompt(reads, config);
        const complaints = rewrites.rejected.flatMap(({ reason }) =>
          reason.startsWith(UNREADABLE_PREFIX) ? [reason.slice(UNREADABLE_PREFIX.length)] : [],
        );
        count('rewriteSystemPrompt', rewrites.prompts.length + rewrites.rejected.length, complaints);
        return rewrites;
      },
      rewriteExample: async (reads, config) => {
        const rewrite = await nodes.rewriteExample(reads, config);
        count('rewriteExample', 1, toList(rewrite.missing));
        return rewrite;
      },
    },
    check,
  };
}

/** Counts the replies of each step and those that could not be used. `count` and `check` throw a SearchError if there are too many. */
export function createReplyCounter(share: number): {
  count: (step: MonitoredStep, replies: number, complaints: readonly string[]) => void;
  check: MonitoredNodes['check'];
} {
  const counts = new Map<MonitoredStep, ReplyCount>();
  return {
    count: (step, replies, complaints) => {
      const before = counts.get(step) ?? { total: 0, unreadable: 0, lastComplaint: '' };
      const after = {
        total: before.total + replies,
        unreadable: before.unreadable + complaints.length,
        lastComplaint: complaints.at(-1) ?? before.lastComplaint,
      };
      counts.set(step, after);
      if (after.total >= MIN_REPLIES_TO_FAIL_ALL && after.unreadable === after.total && share < 1)
        throw createSearchFailure(step, after);
    },
    check: (isOver = false) => {
      for (const [step, replies] of counts) {
        const noneUsable = isOver && replies.unreadable === replies.total && share < 1;
        if (noneUsable || (replies.total >= MIN_REPLIES_FOR_SHARE && replies.unreadable > share * replies.total))
          throw createSearchFailure(step, replies);
      }
    },
  };
}

const toList = (complaint: string | undefined): string[] => (complaint === undefined ? [] : [complaint]);

/** What to do about a role's replies: one that was cut needs a higher limit. */
const adviseOn = (role: string, complaint: string): string =>
  /inside a thought|cut off before its end/.test(complaint) ? `Raise models.${role}.maxTokens` : `Check models.${role}`;

const createSearchFailure = (step: MonitoredStep, { total, unreadable, lastComplaint }: ReplyCount): SearchError =>
  new SearchError(
    lastComplaint.startsWith(CHECK_PREFIX)
      ? `${unreadable} of ${total} judgements are missing. The last one failed in a check of yours: ${lastComplaint}. Mend the check and run the command again with --fresh, or raise search.maxMissingShare.`
      : `${unreadable} of ${total} replies to ${step} could not be used. The last one failed: ${lastComplaint}. ${adviseOn(lastComplaint.startsWith(NO_CHECKLIST) ? 'reward' : ROLE_BY_STEP[step], lastComplaint)} and run the same command again (unusable replies are requested again), or raise search.maxMissingShare.`,
  );
