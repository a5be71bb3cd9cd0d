import type { Config } from './configSchema.ts';

/** Lists the files of queries and examples that a config names. */
export const listDataFiles = ({ queries, examples }: Config): string[] => [
  ...queries.files,
  ...(queries.heldOut ?? []),
  ...(examples.file === undefined ? [] : [examples.file]),
];
