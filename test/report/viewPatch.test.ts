import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyViewPatch, createViewPatch } from '../../report/viewPatch.ts';
import { createRunView } from '../../report/createRunView.ts';
import { largeRun } from './runs.ts';

const run = largeRun(120, { width: 2, actions: 3 });
const viewAt = (count: number) => createRunView({ ...run, result: null, nodes: run.nodes.slice(0, count) });

describe('a patch', () => {
  it('it leads from any view of a run to any later one, and to its end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(run.nodes.length), { minLength: 2, maxLength: 6 }), (counts) => {
        const steps = [...counts.toSorted((a, b) => a - b).map(viewAt), createRunView(run)];
        let view = steps[0] ?? viewAt(0);
        for (const next of steps.slice(1)) {
          const patch = createViewPatch(view, next);
          view = patch ? applyViewPatch(view, JSON.parse(JSON.stringify(patch))) : view;
          expect(view).toEqual(next);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('it is null if nothing changed, and undefined if a node disappeared', () => {
    expect(createViewPatch(viewAt(30), viewAt(30))).toBeNull();
    expect(createViewPatch(viewAt(30), viewAt(20))).toBeUndefined();
  });

  it('it holds what is new and not the whole view', () => {
    const size = (value: unknown): number => JSON.stringify(value).length;
    const patch = createViewPatch(viewAt(110), viewAt(113));
    expect(patch?.nodes).toHaveLength(3);
    expect(size(patch)).toBeLessThan(size(viewAt(113)) / 8);
  });
});
