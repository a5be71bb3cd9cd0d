import { dirname, resolve } from 'node:path';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import type { ConfigSources } from '../../run/config/readRawConfig.ts';
import { parseYaml } from '../../run/config/parseYaml.ts';
import { describeIssues } from '../../run/config/describeIssues.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import { BUILT_IN_TABLES } from './builtInTables.ts';
import { getErrorMessage } from '../../state/failure.ts';
import { Experiment, type ExperimentRow } from './experimentSchema.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';
import { listTableBases } from './tableBases.ts';

/** Which table is run, and what replaces its own settings. */
export interface TableChoice {
  /** The name of a built-in table, or a JSON or YAML file. */
  table: string;
  /** Base models of a built-in table: MODEL[@BASEURL], separated by commas. */
  bases?: string | undefined;
  /** Searches of each row, 1 or more. */
  seeds?: number | undefined;
  /** Searches of each row on each landscape, 0 or more. */
  landscapes?: number | undefined;
}

/** Builds a built-in table, or reads a user's file. @throws UserError with a line per fault */
export function loadExperiment(config: Config, { table, bases, seeds, landscapes }: TableChoice): Experiment {
  const create = Object.hasOwn(BUILT_IN_TABLES, table) ? BUILT_IN_TABLES[table] : undefined;
  const raw: unknown = create ? create(listTableBases(config, bases), config) : readTableFile(table);
  const { data, error } = Experiment.safeParse(raw);
  if (error) throw new UserError(describeIssues(error, Experiment, raw, 'table').map((fault) => `${table}: ${fault}`));
  const rows = data.rows.map((row) =>
    row.nodes === undefined ? row : { ...row, nodes: resolve(dirname(table), row.nodes) },
  );
  return { ...data, rows, ...(seeds !== undefined && { seeds }), ...(landscapes !== undefined && { landscapes }) };
}

function readTableFile(table: string): unknown {
  if (!/\.(json|ya?ml)$/i.test(table))
    throw new UserError(
      `experiment: expected one of ${Object.keys(BUILT_IN_TABLES).join(', ')} or a .json or .yaml file, got ${formatValue(table)}`,
    );
  try {
    return parseYaml(readTextFile(table, 'experiment'));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${table}: expected JSON or YAML, got something else: ${getErrorMessage(error).split('\n')[0]}`,
    );
  }
}

/**
 * Makes the function that gives a row's config: the sources, then the table's settings, then the row's own. A seed changes
 * the order of the queries. @throws UserError with a line per fault of any row
 */
export function createRowConfigResolver(
  experiment: Experiment,
  sources: ConfigSources,
): (row?: ExperimentRow, seed?: number) => Config {
  const resolveConfig = (row?: ExperimentRow, seed = 0): Config => {
    const strategy = row?.strategy === undefined ? {} : { 'search.strategy': row.strategy };
    const settings = Object.entries({ ...experiment.set, ...strategy, ...row?.set });
    const set = settings.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const config = loadConfig({ ...sources, set: [...(sources.set ?? []), ...set] });
    return { ...config, queries: { ...config.queries, seed: config.queries.seed + seed } };
  };
  const faults = experiment.rows.flatMap((row) => collectFaults(row.name, () => resolveConfig(row)));
  if (faults.length) throw new UserError(faults);
  return resolveConfig;
}

function collectFaults(row: string, load: () => unknown): string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.faults.map((fault) => `row ${formatValue(row)}: ${fault}`);
    throw error;
  }
}
