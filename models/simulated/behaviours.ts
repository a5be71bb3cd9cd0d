import type { Behaviour } from './behaviour.ts';
import { FOLLOWINGS } from './followings.ts';
import { OPENINGS } from './openings.ts';

export { fits, type Behaviour } from './behaviour.ts';
export { FOLLOWINGS, OPENINGS };

/** All behaviours there are, in the order in which a response shows them. */
export const BEHAVIOURS: readonly Behaviour[] = [...OPENINGS, ...FOLLOWINGS];
