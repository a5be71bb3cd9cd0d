import { z } from 'zod';
import {
  DEFAULT_FINAL,
  REFERENCE_SEARCH,
  resolveSearchOptions,
  type FinalOptions,
} from '../../graphs/searchOptions.ts';
import { DEFAULT_GUARD_OPTIONS, DISABLED_GUARD_OPTIONS, type GuardOptions } from '../../nodes/index.ts';

/** `search.guards`: which guards stand, and how strictly; true for those of the default preset, false for none. */
export const GuardSettings = z.preprocess(
  (given) =>
    given === true ? DEFAULT_GUARD_OPTIONS : given === false || given === null ? DISABLED_GUARD_OPTIONS : given,
  z
    .strictObject({
      empty: z.boolean().exactOptional(),
      maxLengthRatio: z.number().min(1).nullable().exactOptional(),
      keepSections: z.boolean().exactOptional(),
      duplicates: z.boolean().exactOptional(),
      maxSimilarity: z.number().min(0.5).max(1).nullable().exactOptional(),
      maxCopiedWords: z.number().int().min(4).nullable().exactOptional(),
      overfit: z.boolean().exactOptional(),
    })
    .default({}),
);

/** The parts that a preset sets and a config can set apart from it. */
interface PresetParts {
  search: {
    rankBy: 'estimate' | 'value';
    revisitAfter: number | null;
    failedEditsShown: number;
    safetyFloor: number | null;
    maxMissingShare: number;
    guards: GuardOptions;
  };
  judge: { reliabilityChecks: number };
}

const { rankBy, revisitAfter, failedEditsShown, safetyFloor, maxMissingShare } = resolveSearchOptions({});
const PRESETS: Readonly<Record<'default' | 'reference', PresetParts>> = {
  default: {
    search: { rankBy, revisitAfter, failedEditsShown, safetyFloor, maxMissingShare, guards: DEFAULT_GUARD_OPTIONS },
    judge: { reliabilityChecks: 4 },
  },
  reference: {
    search: {
      rankBy: REFERENCE_SEARCH.rankBy,
      revisitAfter: REFERENCE_SEARCH.revisitAfter,
      failedEditsShown: REFERENCE_SEARCH.failedEditsShown,
      safetyFloor: REFERENCE_SEARCH.safetyFloor,
      maxMissingShare: REFERENCE_SEARCH.maxMissingShare,
      guards: DISABLED_GUARD_OPTIONS,
    },
    judge: { reliabilityChecks: 0 },
  },
};

interface PresetInput {
  preset: 'default' | 'reference';
  final?: FinalOptions | null | undefined;
  search: Partial<Omit<PresetParts['search'], 'guards'>> & {
    beamWidth: number;
    actions: number;
    runnerUpActions?: number;
    depth: number;
    guards: Partial<GuardOptions>;
  };
  judge: Partial<PresetParts['judge']>;
}

/** The final of a config: its preset's where it says nothing. */
export const resolveFinal = ({ preset, final }: Pick<PresetInput, 'preset' | 'final'>): FinalOptions | null =>
  final === undefined ? (preset === 'reference' ? null : DEFAULT_FINAL) : final;

/** A config with the parts filled in as its preset has them; what is stated stays. Filled in twice it stays the same. */
export function applyPreset<C extends PresetInput>(config: C) {
  const { search, judge } = PRESETS[config.preset];
  const guards: GuardOptions = { ...search.guards, ...config.search.guards };
  const { beamWidth, actions, depth } = config.search;
  const { runnerUpActions } = resolveSearchOptions({ beamWidth, actions, depth, final: resolveFinal(config) });
  return {
    ...config,
    search: { ...search, runnerUpActions, ...config.search, guards },
    judge: { ...judge, ...config.judge },
  };
}
