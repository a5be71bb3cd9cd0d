import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Experiment } from '../../../evals/experiments/experimentSchema.ts';
import type { RowContext } from '../../../evals/experiments/rowSearches.ts';
import { runRows } from '../../../evals/experiments/runRows.ts';

it('returns runs by row and seed, in whatever order they finish', async () => {
  const experiment = Experiment.parse({ title: 't', seeds: 2, rows: [{ name: 'a' }, { name: 'b' }] });
  // the runs ask nothing of a session
  const context = { experiment, instructions: [], session: {} } as unknown as RowContext;
  const finished: string[] = [];
  const { runs, stopped } = await runRows(
    {
      context,
      async run({ name }, seed) {
        const isFirst = name === 'a' && seed === 0;
        await sleep(isFirst ? 20 : 0);
        finished.push(`${name} ${seed}`);
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
