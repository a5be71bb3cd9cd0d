import { z } from 'zod';
import { findNearName } from '../state/findNearName.ts';

const Points = z.number().min(1).max(5);
const Share = z.number().min(0).max(1);
const [AtLeast0, AtLeast1, AtLeast2] = [z.int().min(0), z.int().min(1), z.int().min(2)];

/** The ranges of all options of the graphs, and of the config's keys with the same names. */
export const OPTION_RANGES = {
  initialPrompt: z.string().min(1),
  beamWidth: AtLeast1,
  actions: AtLeast1,
  runnerUpActions: AtLeast1,
  depth: AtLeast1,
  maxDepthIncrease: AtLeast0,
  keepPromptAbove: Points,
  historyLength: AtLeast1,
  failedEditsShown: AtLeast0,
  knownPromptsLimit: AtLeast0,
  safetyFloor: Points.nullable(),
  mustKeep: z.array(z.string()),
  distinctHistory: z.boolean(),
  missingJudgementScore: z.literal(0).nullable(),
  maxMissingShare: Share,
  aggregate: z.enum(['mean', 'last']),
  rankBy: z.enum(['estimate', 'value']),
  revisitAfter: AtLeast2.nullable(),
  rewardLookahead: AtLeast0,
  stop: z.array(z.unknown()),
  final: z
    .strictObject({
      candidates: AtLeast2,
      selectionQueries: AtLeast2,
      share: Share.gt(0).exactOptional(),
      cautious: z.boolean().exactOptional(),
      proof: z
        .strictObject({
          minQueries: AtLeast2.exactOptional(),
          maxQueries: AtLeast2,
          margin: z.number().positive().lt(4).exactOptional(),
        })
        .refine(({ minQueries = 0, maxQueries }) => minQueries <= maxQueries, {
          error: 'expected at most maxQueries',
          path: ['minQueries'],
        }),
      shorten: z
        .union([
          z.boolean(),
          z.strictObject({
            margin: z.number().positive().lt(4).exactOptional(),
            maxCuts: AtLeast1.max(100).exactOptional(),
          }),
        ])
        .exactOptional(),
    })
    .nullable(),
  journal: z.unknown(),
  onRejected: z.unknown(),
  approve: z.unknown(),
  checkpointer: z.unknown(),
  evaluations: AtLeast1,
  queriesPerCandidate: AtLeast1,
  temperature: z.number().positive(),
  seed: AtLeast0,
  iterations: AtLeast1,
  maxRolloutDepth: AtLeast1,
  explorationWeight: z.number().min(0),
  rewrite: z.boolean(),
  strategy: z.unknown(),
  rewriteRounds: AtLeast0,
  rewriteLimit: AtLeast0.nullable(),
  rewriteFrom: z.enum(['best', 'latest']),
  leavePerfect: z.boolean(),
  compareBy: z.enum(['mean', 'sum']),
};
/** The options of all graphs. `test/types/graphs.ts` holds their names to `DrpoOptions`. */
export const GraphOptions = z.strictObject(OPTION_RANGES).partial();

/** Checks the options of a graph, which plain JavaScript can misspell. @throws Error with a line per fault */
export function requireKnownOptions(options: object): void {
  const { error } = GraphOptions.safeParse(options);
  if (error) throw new Error(error.issues.flatMap((issue) => describeIssue(issue, options)).join('\n'));
}

function describeIssue(issue: z.core.$ZodIssue, options: object): string[] {
  const path = issue.path.map(String);
  const value = path.reduce((held: unknown, key) => Reflect.get(Object(held), key), options);
  if (issue.code !== 'unrecognized_keys')
    return [`options.${path.join('.')}: ${issue.message.replace('Invalid input: ', '')}, got ${JSON.stringify(value)}`];
  return issue.keys.map((key) => {
    const near = path.length ? undefined : findNearName(key, Object.keys(GraphOptions.shape));
    const advice =
      near === undefined ? 'Remove it, or see docs/algorithm.md for the options.' : `Did you mean ${near}?`;
    return `options.${[...path, key].join('.')}: unknown option. ${advice}`;
  });
}
