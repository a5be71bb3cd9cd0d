import type { Instruction } from '../justEval/instructions.ts';
import { POPULATION_QUERIES } from '../../models/simulated/index.ts';
import { readQueryTraits, type QueryKind } from '../../models/simulated/queryTraits.ts';

/** just-eval's tags for each kind of query in the simulation. */
const KIND_TAGS: Partial<Record<QueryKind, readonly string[]>> = {
  live: ['info-seek', 'lifestyle'],
  creative: ['role-play', 'writing', 'humanities'],
  format: ['writing', 'humanities'],
  technical: ['coding', 'stem'],
  emotional: ['procedure', 'lifestyle', 'ethics'],
  cultural: ['info-seek', 'humanities'],
  factual: ['info-seek', 'reasoning', 'nature'],
  advice: ['procedure', 'lifestyle'],
};

/** Makes held-out instructions for the simulated models; none of them is a training query. */
export const createSimulatedInstructions = (): Instruction[] =>
  POPULATION_QUERIES.map((instruction, id) => {
    const { kinds } = readQueryTraits(instruction);
    const tags = [...new Set([...kinds].flatMap((kind) => KIND_TAGS[kind] ?? []))];
    return { id, instruction, mode: kinds.has('malicious') ? 'safety' : 'regular', dataset: 'simulation', tags };
  });
