import { z } from 'zod';
import { half, REFERENCE_SEARCH, searchOptions } from '../graphs/options.ts';
import { GUARD_OPTIONS, NO_GUARDS, type GuardOptions } from '../nodes/index.ts';

/** `search.guards`: which guards stand, and how strictly; true for those of the default preset, false for none. */
export const GuardSettings = z.preprocess(
  (given) => (given === true ? GUARD_OPTIONS : given === false || given === null ? NO_GUARDS : given),
  z
    .strictObject({
      empty: z.boolean().exactOptional(),
      tokens: z.number().int().min(1).nullable().exactOptional(),
      keep: z.boolean().exactOptional(),
      duplicates: z.boolean().exactOptional(),
      likeness: z.number().min(0.5).max(1).nullable().exactOptional(),
      verbatim: z.number().int().min(4).nullable().exactOptional(),
      overfit: z.boolean().exactOptional(),
    })
    .default({}),
);

/** The parts that a preset sets and a config can set apart from it. */
interface Parts {
  search: {
    rankBy: 'estimate' | 'value';
    memory: number;
    safetyFloor: number | null;
    missingShare: number;
    guards: GuardOptions;
  };
  judge: { retest: number };
}

const { rankBy, memory, safetyFloor, missingShare } = searchOptions({});
const PRESETS: Readonly<Record<'default' | 'reference', Parts>> = {
  default: { search: { rankBy, memory, safetyFloor, missingShare, guards: GUARD_OPTIONS }, judge: { retest: 4 } },
  reference: {
    search: {
      rankBy: REFERENCE_SEARCH.rankBy,
      memory: REFERENCE_SEARCH.memory,
      safetyFloor: REFERENCE_SEARCH.safetyFloor,
      missingShare: REFERENCE_SEARCH.missingShare,
      guards: NO_GUARDS,
    },
    judge: { retest: 0 },
  },
};

interface Stated {
  preset: 'default' | 'reference';
  final?: unknown;
  search: Partial<Omit<Parts['search'], 'guards'>> & {
    actions: number;
    actionsBelow?: number;
    guards: Partial<GuardOptions>;
  };
  judge: Partial<Parts['judge']>;
}

/** A config with the parts filled in as its preset has them; what is stated stays. Filled in twice it stays the same. */
export function withParts<C extends Stated>(config: C) {
  const { search, judge } = PRESETS[config.preset];
  const guards: GuardOptions = { ...search.guards, ...config.search.guards };
  const hasFinal = config.final === undefined ? config.preset === 'default' : config.final !== null;
  const actionsBelow = hasFinal ? half(config.search.actions) : config.search.actions;
  return {
    ...config,
    search: { ...search, actionsBelow, ...config.search, guards },
    judge: { ...judge, ...config.judge },
  };
}
