import type { Behaviour } from './behaviour.ts';
import { CLOSING_BEHAVIOURS } from './closingBehaviours.ts';
import { OPENING_BEHAVIOURS } from './openingBehaviours.ts';

/** All behaviours, in the order in which a response shows them. */
export const BEHAVIOURS: readonly Behaviour[] = [...OPENING_BEHAVIOURS, ...CLOSING_BEHAVIOURS];
