import { z } from 'zod';

const Named = z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]);
const Model = z.looseObject({ provider: z.string().optional(), model: z.string().optional() }).catch({});
const KnownConfig = z.looseObject({
  models: z.looseObject({ base: Model, reward: Model, judge: Model, optimizer: Model }).partial().catch({}).default({}),
  rewards: z
    .looseObject({
      mode: z.string().default('dynamic'),
      criteria: z.array(Named).default([]),
      checks: z.array(z.looseObject({ type: z.string() })).default([]),
    })
    .catch({ mode: 'dynamic', criteria: [], checks: [] })
    .prefault({}),
  judge: z
    .looseObject({ remarks: z.string().default('always') })
    .catch({ remarks: 'always' })
    .prefault({}),
});

/** What the top of the page says of a config: the models by role, and how answers are scored. Null: the config does not say. */
export interface RunSubject {
  models: string | null;
  scoring: string | null;
  /** Whether a simulated model plays a role. */
  isSimulated: boolean;
  /** Whether the judge explains its scores only before a prompt is rewritten. */
  areRemarksLate: boolean;
}

/** Describes whose prompt a run improved and what scored it. */
export function describeRunConfig(config: unknown): RunSubject {
  const known = KnownConfig.safeParse(config).data;
  if (!known) return { models: null, scoring: null, isSimulated: false, areRemarksLate: false };
  const { base, reward, judge, optimizer } = known.models;
  const onlyChecks = known.rewards.mode === 'checks';
  const players = { base, optimizer, ...(onlyChecks ? {} : { reward, judge }) };
  const names = Object.entries(players).flatMap(([role, model]) => {
    const name = model?.model ?? model?.provider;
    return name === undefined ? [] : [{ role, name }];
  });
  const models = [...new Set(names.map(({ name }) => name))].map((name) => {
    const roles = names.flatMap((player) => (player.name === name ? [player.role] : []));
    return `${name} (${roles.join(', ')})`;
  });
  return {
    models: models.length > 0 ? models.join(', ') : null,
    scoring: names.length > 0 ? describeScoring(known.rewards) : null,
    isSimulated: Object.values(players).some((model) => model?.provider === 'simulated'),
    areRemarksLate: known.judge.remarks === 'when-rewritten',
  };
}

function describeScoring({ mode, criteria, checks }: z.infer<typeof KnownConfig>['rewards']): string {
  const kinds = [...new Set(checks.map(({ type }) => type))];
  const rules = kinds.length > 0 ? `checks (${kinds.join(', ')})` : 'checks';
  if (mode === 'checks') return rules;
  const judged =
    criteria.length > 0
      ? criteria.join(', ')
      : mode === 'static'
        ? 'the aspects of the config'
        : 'aspects that the reward model chooses for each query';
  return kinds.length > 0 ? `${judged}; ${rules}` : judged;
}
