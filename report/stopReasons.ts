/** Why a search ended, by `stoppedBy`. A reason that a caller's own criterion names is shown as it is. */
const STOP_REASON_TEXTS: Readonly<Record<string, string>> = {
  depth: 'the search reached its depth',
  queries: 'no training query was left',
  perfect: 'every candidate got full marks',
  final: 'the final comparison needed the remaining calls',
  patience: 'the judge found nothing to improve for several levels',
  'expected-gain': 'a further level was expected to gain less than search.minExpectedGain',
  samples: 'all samples were drawn',
  iterations: 'all iterations were done',
  evaluations: 'all evaluations were done',
  budget: 'the budget is used up; the same command with a larger budget continues the run',
  interrupted: 'the run was interrupted; the same command continues it',
};

/** A stop reason as a clause for people. */
export const describeStopReason = (stoppedBy: string): string =>
  (Object.hasOwn(STOP_REASON_TEXTS, stoppedBy) ? STOP_REASON_TEXTS[stoppedBy] : undefined) ?? stoppedBy;
