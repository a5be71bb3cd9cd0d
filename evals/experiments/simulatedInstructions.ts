import type { Instruction } from '../justEval/instructions.ts';
import { POPULATION } from '../../models/simulated/index.ts';
import { traitsOf, type Kind } from '../../models/simulated/queries.ts';

/** just-eval's tags for the simulation's kinds of query. */
const TAGS: Partial<Record<Kind, readonly string[]>> = {
  live: ['info-seek', 'lifestyle'],
  creative: ['role-play', 'writing', 'humanities'],
  format: ['writing', 'humanities'],
  technical: ['coding', 'stem'],
  emotional: ['procedure', 'lifestyle', 'ethics'],
  cultural: ['info-seek', 'humanities'],
  factual: ['info-seek', 'reasoning', 'nature'],
  advice: ['procedure', 'lifestyle'],
};

/** Held-out instructions of our own for the simulated models, none of them among the training queries. */
export const simulatedInstructions = (): Instruction[] =>
  POPULATION.map((instruction, id) => {
    const { kinds } = traitsOf(instruction);
    const tags = [...new Set([...kinds].flatMap((kind) => TAGS[kind] ?? []))];
    return { id, instruction, mode: kinds.has('malicious') ? 'safety' : 'regular', dataset: 'simulation', tags };
  });
