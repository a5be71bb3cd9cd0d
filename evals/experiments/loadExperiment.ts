import { dirname, resolve } from 'node:path';
import { parseYaml } from '../../run/config/parseYaml.ts';
import { Experiment, type ExperimentRow } from './experimentSchema.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { describeIssues } from '../../run/config/describeIssues.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import { listTableBases } from './tableBases.ts';
import { readTextFile } from './loadInstructions.ts';
import { loadFlagConfig, type ExperimentFlags } from './options.ts';
import { EXPERIMENT_TABLES } from './builtInTables.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** A table of ours by name, else a file of the user's. @throws UserError */
export function loadExperiment(
  table: string,
  { bases, seeds, landscapes }: ExperimentFlags,
  config: Config,
): Experiment {
  const ready = Object.hasOwn(EXPERIMENT_TABLES, table) ? EXPERIMENT_TABLES[table] : undefined;
  const raw: unknown = ready ? ready(listTableBases(config, bases), config) : readTableFile(table);
  const { data, error } = Experiment.safeParse(raw);
  if (error) throw new UserError(describeIssues(error, Experiment, raw, 'table').map((fault) => `${table}: ${fault}`));
  const rows = data.rows.map((row) =>
    row.nodes === undefined ? row : { ...row, nodes: resolveTablePath(table, row.nodes) },
  );
  return { ...data, rows, ...(seeds !== undefined && { seeds }), ...(landscapes !== undefined && { landscapes }) };
}

/** A path in a table is one from the table's folder. */
const resolveTablePath = (table: string, path: string): string => resolve(dirname(table), path);

function readTableFile(table: string): unknown {
  if (!/\.(json|ya?ml)$/i.test(table))
    throw new UserError(
      `experiment: expected one of ${Object.keys(EXPERIMENT_TABLES).join(', ')} or a .json or .yaml file, got ${formatValue(table)}`,
    );
  try {
    return parseYaml(readTextFile(table, 'experiment'));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${table}: expected JSON or YAML, got a fault: ${getErrorMessage(error).split('\n')[0]}`);
  }
}

/** Each row's config: the flags', under the table's settings, under the row's own; the seed moves the order of the queries. */
export function createRowConfigResolver(
  experiment: Experiment,
  flags: ExperimentFlags,
): (row?: ExperimentRow, seed?: number) => Config {
  const made = (row: ExperimentRow | undefined, seed: number): Config => {
    const strategy = row?.strategy === undefined ? {} : { 'search.strategy': row.strategy };
    const settings = Object.entries({ ...experiment.set, ...strategy, ...row?.set });
    const config = loadFlagConfig(
      flags,
      undefined,
      settings.map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    );
    return { ...config, queries: { ...config.queries, seed: config.queries.seed + seed } };
  };
  const faults = experiment.rows.flatMap((row) => collectFaults(row, () => made(row, 0)));
  if (faults.length) throw new UserError(faults);
  return (row, seed = 0) => made(row, seed);
}

function collectFaults({ name }: ExperimentRow, make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.faults.map((fault) => `row "${name}": ${fault}`);
    throw error;
  }
}
