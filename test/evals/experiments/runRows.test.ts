import { expect, it } from '@jest/globals';
import { Experiment } from '../../../evals/experiments/experimentSchema.ts';
import type { RowContext } from '../../../evals/experiments/rowSearches.ts';
import { runRows } from '../../../evals/experiments/runRows.ts';
import { gate } from '../../models/fake.ts';

it('returns runs by row and seed, in whatever order they finish', async () => {
  const experiment = Experiment.parse({ title: 't', seeds: 2, rows: [{ name: 'a' }, { name: 'b' }] });
  // the runs ask nothing of a session
  const context = { experiment, instructions: [], session: {} } as unknown as RowContext;
  const finished: string[] = [];
  const others = gate();
  const { runs, stopped } = await runRows(
    {
      context,
      async run({ name }, seed) {
        const isFirst = name === 'a' && seed === 0;
        if (isFirst) await others.opened;
        if (finished.push(`${name} ${seed}`) === 3) others.open();
        return { row: name, seed, prompt: '', value: null, trainingQueries: [], scored: [], records: [], requests: 0 };
      },
      flush: async () => [],
    },
    null,
  );
  expect(finished.at(-1)).toBe('a 0');
  expect(runs.map(({ row, seed }) => `${row} ${seed}`)).toEqual(['a 0', 'a 1', 'b 0', 'b 1']);
  expect(stopped).toBeNull();
});
