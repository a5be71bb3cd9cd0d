import { existsSync } from 'node:fs';
import { parseQuery } from './config/parseQuery.ts';
import type { QueryFields } from './config/queryFields.ts';
import { toExamples } from './config/readExamples.ts';
import type { Config } from './config/loadConfig.ts';
import { UserError } from './config/userError.ts';
import type { GivenExamples, GivenQuery } from './optimizeOptions.ts';
import type { RunFolder } from './runFolder.ts';

/** Data that a caller gives in the place of a config's files, as JSON texts. */
export interface GivenData {
  queries?: string;
  examples?: string;
}

/** Checks queries and examples as files are checked. @throws UserError that names the item */
export function checkGivenData(
  queries: readonly GivenQuery[] | undefined,
  examples: GivenExamples | undefined,
  fields?: QueryFields,
): GivenData {
  if (queries?.length === 0) throw new UserError('queries: expected at least one query, got an empty list');
  for (const [i, query] of (queries ?? []).entries()) parseQuery(query, `queries, item ${i + 1}`, fields);
  if (examples) toExamples(examples, 'examples');
  return {
    ...(queries && { queries: JSON.stringify(queries, null, 2) }),
    ...(examples && { examples: JSON.stringify(examples, null, 2) }),
  };
}

const toFileName = (key: keyof GivenData): string => `given-${key}.json`;

/** The config with a run's folder as the home of the given data, so that later commands on the run find it there. */
export function withGivenFiles(config: Config, path: (name: string) => string, data: GivenData): Config {
  return {
    ...config,
    ...(data.queries !== undefined && { queries: { ...config.queries, files: [path(toFileName('queries'))] } }),
    ...(data.examples !== undefined && { examples: { ...config.examples, file: path(toFileName('examples')) } }),
  };
}

/** Writes the given data into a run's folder. */
export function writeGivenData(folder: RunFolder, { queries, examples }: GivenData): void {
  for (const [key, text] of Object.entries({ queries, examples }))
    if (text !== undefined && !existsSync(folder.file(`given-${key}.json`)))
      folder.write(`given-${key}.json`, `${text}\n`);
}
