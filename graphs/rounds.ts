/** The rounds in which entrants are halved: each has its share of the choosing queries. */
export const countRounds = (entrants: number, queries: number): number =>
  Math.max(1, Math.min(queries, Math.ceil(Math.log2(Math.max(2, entrants - 1)))));
