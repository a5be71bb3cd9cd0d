import type { BudgetedRole } from '../../models/index.ts';

/** The roles that an evaluation asks: on the queries of the user's task also the one that selects the criteria. */
export const listAskedRoles = ({ queries }: { queries?: unknown }): BudgetedRole[] =>
  queries === undefined ? ['base', 'judge'] : ['base', 'judge', 'reward'];
