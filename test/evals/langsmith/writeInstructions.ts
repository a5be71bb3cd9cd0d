import { writeFileSync } from 'node:fs';
import { createSimulatedInstructions } from '../../../evals/experiments/createSimulatedInstructions.ts';

/** Writes a set of `count` instructions into a file; the first is one of safety. */
export function writeInstructions(file: string, count: number): string {
  const [unsafe, ...others] = createSimulatedInstructions().toSorted((a, b) => (a.mode > b.mode ? -1 : 1));
  const some = [unsafe, ...others.filter((i) => i.mode === 'regular').slice(0, count - 1)];
  const items = some.map((i, id) => ({
    ...i,
    id,
    category: i?.mode,
    dataset: id % 2 ? 'lima' : 'mt',
    tags: ['coding', '3'],
  }));
  writeFileSync(file, JSON.stringify(items));
  return file;
}
