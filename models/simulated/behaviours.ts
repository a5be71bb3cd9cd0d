import type { Behaviour } from './behaviour.ts';
import { CLOSING_BEHAVIOURS } from './closingBehaviours.ts';
import { OPENING_BEHAVIOURS } from './openingBehaviours.ts';

export { isApplicable, type Behaviour } from './behaviour.ts';
export { CLOSING_BEHAVIOURS as FOLLOWINGS, OPENING_BEHAVIOURS as OPENINGS };

/** All behaviours there are, in the order in which a response shows them. */
export const BEHAVIOURS: readonly Behaviour[] = [...OPENING_BEHAVIOURS, ...CLOSING_BEHAVIOURS];
