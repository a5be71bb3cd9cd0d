import type { z } from 'zod';
import { DEFAULT_FINAL } from '../../graphs/index.ts';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import { CONFIG_BASE, type TableBase } from './tableBases.ts';

type RowSettings = Record<string, unknown>;

/** The parts beyond the paper, each with the settings that switch it on and off. */
const PROOF_PARTS: Readonly<Record<string, { on: RowSettings; off: RowSettings }>> = {
  final: { on: { final: DEFAULT_FINAL }, off: { final: null } },
  patience: { on: { 'search.patience': 4 }, off: { 'search.patience': null } },
  'fewer rewrites of runners-up': { on: { 'search.runnerUpActions': 2 }, off: { 'search.runnerUpActions': 3 } },
  'revisited queries': { on: { 'search.revisitAfter': 3 }, off: { 'search.revisitAfter': null } },
  'ranking by estimates': { on: { 'search.rankBy': 'estimate' }, off: { 'search.rankBy': 'value' } },
  guards: { on: { 'search.guards': true }, off: { 'search.guards': false } },
  'failed edits': { on: { 'search.failedEditsShown': 4 }, off: { 'search.failedEditsShown': 0 } },
  'safety floor': { on: { 'search.safetyFloor': 3 }, off: { 'search.safetyFloor': null } },
  'three judge samples': { on: { 'judge.samples': 3 }, off: { 'judge.samples': 1 } },
  'prompts kept only at full marks': { on: { 'search.keepPromptAbove': 5 }, off: { 'search.keepPromptAbove': 4.5 } },
};

/** Parts that the default preset switches off. */
const PARTS_OFF_BY_DEFAULT = new Set(['patience', 'three judge samples', 'prompts kept only at full marks']);

/** Searches of each row on each landscape. */
const LANDSCAPE_SEARCHES = 30;

/** Each part switched alone: on from the reference preset, and the other way from the default preset. */
export function createProofTable([{ set } = CONFIG_BASE]: readonly TableBase[]): z.input<typeof Experiment> {
  const row = (
    name: string,
    preset: 'reference' | 'default',
    settings: RowSettings,
  ): z.input<typeof ExperimentRow> => ({
    name,
    set: { ...set, ...(preset === 'reference' && { preset }), ...settings },
    against: preset === name ? [] : [preset],
    labels: { from: preset, part: name },
  });
  const parts = Object.entries(PROOF_PARTS);
  return {
    title: 'Parts of the proof, switched one by one',
    landscapes: LANDSCAPE_SEARCHES,
    rows: [
      row('reference', 'reference', {}),
      ...parts.map(([name, { on }]) => row(`reference with ${name}`, 'reference', on)),
      row('default', 'default', {}),
      ...parts.map(([name, { on, off }]) =>
        PARTS_OFF_BY_DEFAULT.has(name)
          ? row(`default with ${name}`, 'default', on)
          : row(`default without ${name}`, 'default', off),
      ),
      row('default without any of them', 'default', Object.assign({}, ...parts.map(([, { off }]) => off))),
    ],
  };
}
