import { z } from 'zod';
import { REFERENCE_SEARCH, resolveSearchOptions, type ResolvedSearchOptions } from '../../graphs/searchOptions.ts';
import { DEFAULT_FINAL, resolveFinal, type FinalOptions, type ResolvedFinal } from '../../graphs/finalOptions.ts';
import { DISABLED_GUARD_OPTIONS } from '../../nodes/guards/guardOptions.ts';
import { DEFAULT_GUARD_OPTIONS, type GuardOptions } from '../../nodes/index.ts';

/** `search.guards`: which rewrites are rejected. True takes the guards of the default preset, false takes none. */
export const GuardSettings = z.preprocess(
  (input) =>
    input === true ? DEFAULT_GUARD_OPTIONS : input === false || input === null ? DISABLED_GUARD_OPTIONS : input,
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

/** The search options that a preset sets. Each can be set in a config too. */
const pickPresetOptions = ({
  rankBy,
  revisitAfter,
  failedEditsShown,
  safetyFloor,
  maxMissingShare,
}: ResolvedSearchOptions) => ({ rankBy, revisitAfter, failedEditsShown, safetyFloor, maxMissingShare });

const PRESETS = {
  default: {
    search: { ...pickPresetOptions(resolveSearchOptions({})), guards: DEFAULT_GUARD_OPTIONS },
    judge: { reliabilityChecks: 4 },
  },
  reference: {
    search: { ...pickPresetOptions(resolveSearchOptions(REFERENCE_SEARCH)), guards: DISABLED_GUARD_OPTIONS },
    judge: { reliabilityChecks: 0 },
  },
};
type PresetParts = (typeof PRESETS)['default'];

/** What of a config depends on its preset. */
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

/** The final of a config: the preset's if the config does not mention it. */
export const applyFinalPreset = ({ preset, final }: Pick<PresetInput, 'preset' | 'final'>): ResolvedFinal | null =>
  final === undefined ? (preset === 'reference' ? null : DEFAULT_FINAL) : final && resolveFinal(final);

/** Completes a config with the values of its preset. Idempotent. */
export function applyPreset<C extends PresetInput>(config: C) {
  const { search, judge } = PRESETS[config.preset];
  const guards: GuardOptions = { ...search.guards, ...config.search.guards };
  const { beamWidth, actions, depth } = config.search;
  const { runnerUpActions } = resolveSearchOptions({ beamWidth, actions, depth, final: applyFinalPreset(config) });
  return {
    ...config,
    search: { ...search, runnerUpActions, ...config.search, guards },
    judge: { ...judge, ...config.judge },
  };
}

/** Completes how answers are scored: by means over odds, except where none are known: by the reference, checklists, and checks alone. */
export function applyScoringDefault<
  C extends Pick<PresetInput, 'preset'> & {
    rewards: { mode: 'dynamic' | 'static' | 'checks' };
    judge: { method: 'points' | 'checklist'; scoring?: 'points' | 'expected' };
  },
>(config: C) {
  const { preset, rewards, judge } = config;
  const knowsNoOdds = preset === 'reference' || rewards.mode === 'checks' || judge.method === 'checklist';
  const scoring: 'points' | 'expected' = judge.scoring ?? (knowsNoOdds ? 'points' : 'expected');
  return { ...config, judge: { ...judge, scoring } };
}
