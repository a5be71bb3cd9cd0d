import type { z } from 'zod';
import type { Experiment, ExperimentRow } from './experimentSchema.ts';
import { DEFAULT_FINAL } from '../../graphs/index.ts';
import type { TableBase } from './tableBases.ts';

type RowSettings = Record<string, unknown>;

/** The parts of issue 6, each with the settings that switch it on and off. */
const PROOF_PARTS: Readonly<Record<string, { on: RowSettings; off: RowSettings }>> = {
  final: { on: { final: DEFAULT_FINAL }, off: { final: null } },
  patience: { on: { 'search.patience': 4 }, off: { 'search.patience': null } },
  'half the rewrites of the others': { on: { 'search.runnerUpActions': 2 }, off: { 'search.runnerUpActions': 3 } },
  'queries asked again': { on: { 'search.revisitAfter': 3 }, off: { 'search.revisitAfter': null } },
  'ranking by estimates': { on: { 'search.rankBy': 'estimate' }, off: { 'search.rankBy': 'value' } },
  guards: { on: { 'search.guards': true }, off: { 'search.guards': false } },
  memory: { on: { 'search.failedEditsShown': 4 }, off: { 'search.failedEditsShown': 0 } },
  'safety floor': { on: { 'search.safetyFloor': 3 }, off: { 'search.safetyFloor': null } },
  'judge asked three times': { on: { 'judge.samples': 3 }, off: { 'judge.samples': 1 } },
  'keep nothing below full marks': { on: { 'search.keepPromptAbove': 5 }, off: { 'search.keepPromptAbove': 4.5 } },
};

/** Parts that the default preset leaves off: from it they are switched on. */
const PARTS_OFF_BY_DEFAULT = new Set(['patience', 'judge asked three times', 'keep nothing below full marks']);

/** Each part switched alone, from the reference preset on and from the default preset off (or on, where it is off). */
export const createProofTable = ([base = { name: 'base', set: {} }]: readonly TableBase[]): z.input<
  typeof Experiment
> => {
  const [reference, usual] = [{ ...base.set, preset: 'reference' }, base.set];
  const row = (name: string, from: string, set: RowSettings): z.input<typeof ExperimentRow> => ({
    name,
    set,
    against: from === name ? [] : [from],
    labels: { from, part: name },
  });
  const parts = Object.entries(PROOF_PARTS);
  const off = Object.fromEntries(parts.flatMap(([, part]) => Object.entries(part.off)));
  return {
    title: 'Parts of the proof, switched one by one',
    landscapes: 30,
    rows: [
      row('reference', 'reference', reference),
      ...parts.map(([name, { on }]) => row(`reference with ${name}`, 'reference', { ...reference, ...on })),
      row('default', 'default', usual),
      ...parts.map(([name, { on, off: without }]) =>
        PARTS_OFF_BY_DEFAULT.has(name)
          ? row(`default with ${name}`, 'default', { ...usual, ...on })
          : row(`default without ${name}`, 'default', { ...usual, ...without }),
      ),
      row('default without any of them', 'default', { ...usual, ...off }),
    ],
  };
};
