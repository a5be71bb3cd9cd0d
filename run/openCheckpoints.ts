import { MemorySaver, type BaseCheckpointSaver } from '@langchain/langgraph';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import { CheckpointsError, getErrorMessage } from '../state/failure.ts';
import type { Config } from './config/loadConfig.ts';
import { UserError } from './config/userError.ts';
import type { RunFolder } from './runFolder.ts';

/** The saver that keeps a run's checkpoints, and their thread. */
export interface Checkpoints {
  saver: BaseCheckpointSaver;
  thread: { configurable: { thread_id: string } };
  close: () => Promise<void>;
}

const POSTGRES_PACKAGE = '@langchain/langgraph-checkpoint-postgres';
/** What is used of the package, which need not be installed. */
interface PostgresPackage {
  PostgresSaver: {
    fromConnString(address: string): BaseCheckpointSaver & { setup(): Promise<void>; end(): Promise<void> };
  };
}
const loadPostgres = async (): Promise<PostgresPackage> => import(POSTGRES_PACKAGE);

/**
 * The checkpoints of a run: SQLite in its folder, or Postgres if the config names the variable with its address.
 * `isNew`: earlier checkpoints are removed, and the run is computed again from its answers.
 * @throws UserError if Postgres cannot be used
 */
export async function openCheckpoints(
  folder: RunFolder,
  { checkpoints }: Pick<Config, 'checkpoints'>,
  { isNew = false, env = process.env, load = loadPostgres } = {},
): Promise<Checkpoints> {
  if (isNew) folder.remove('checkpoints.sqlite');
  if (checkpoints) return openPostgres(folder, checkpoints.postgresEnv, { isNew, env, load });
  const thread = { configurable: { thread_id: 'run' } };
  // before Node 22 there is no SQLite: then a run continues from its answers alone
  if (process.getBuiltinModule?.('node:sqlite') === undefined)
    return { saver: new MemorySaver(), thread, close: async () => undefined };
  const { SqliteSaver } = await import('../checkpoints/sqliteSaver.ts');
  // a damaged file is moved aside: the next start computes the run again from its answers
  const saver = new SqliteSaver(folder.file('checkpoints.sqlite'), () => folder.setAside('checkpoints.sqlite'));
  return { saver, thread, close: () => saver.close() };
}

async function openPostgres(
  folder: RunFolder,
  variable: string,
  { isNew, env, load }: { isNew: boolean; env: NodeJS.ProcessEnv; load: typeof loadPostgres },
): Promise<Checkpoints> {
  const address = env[variable];
  if (!address)
    throw new UserError(
      `checkpoints.postgresEnv: expected the address of a Postgres database in the environment variable ${variable}, which is not set; set it (postgres://user:password@host:5432/database), or leave checkpoints out for SQLite`,
    );
  const { PostgresSaver } = await load().catch((error: unknown) => {
    if (!isModuleMissing(error)) throw error;
    throw new UserError(
      `checkpoints.postgresEnv: expected the package ${POSTGRES_PACKAGE}, which is not installed; npm install ${POSTGRES_PACKAGE}`,
    );
  });
  const id = ensureThreadId(folder);
  try {
    const saver = PostgresSaver.fromConnString(address);
    ignoreConnectionErrors(saver);
    await saver.setup();
    if (isNew) await saver.deleteThread(id);
    return {
      saver: withReadableErrors(saver, address),
      thread: { configurable: { thread_id: id } },
      close: () => saver.end(),
    };
  } catch (error) {
    throw new UserError(
      `checkpoints.postgresEnv: expected a Postgres database at the address in ${variable}, got ${toSafeMessage(error, address)}`,
    );
  }
}

/** Makes a saver report each failure in one line. A failure ends the run, which can continue later. */
function withReadableErrors<S extends BaseCheckpointSaver>(saver: S, address: string): S {
  const withReadableError =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      work(...args).catch((error: unknown) => {
        throw new CheckpointsError(
          `the checkpoints in Postgres cannot be read or written: ${toSafeMessage(error, address)}; every answer is kept, start the run again when the database is there`,
        );
      });
  saver.put = withReadableError(saver.put.bind(saver));
  saver.putWrites = withReadableError(saver.putWrites.bind(saver));
  saver.getTuple = withReadableError(saver.getTuple.bind(saver));
  return saver;
}

/** A database holds many runs: each has its own thread name, kept in its folder. */
function ensureThreadId(folder: RunFolder): string {
  const known = folder.readText('thread.txt')?.trim();
  if (known) return known;
  const id = `${basename(folder.path)}-${randomUUID()}`;
  folder.write('thread.txt', `${id}\n`);
  return id;
}

/** Without a listener, a connection that breaks between two queries would end the process. The next query reports it too. */
function ignoreConnectionErrors(saver: object): void {
  const quietly = (source: unknown): void => {
    if (source instanceof EventEmitter) source.on('error', () => undefined);
  };
  const pool: unknown = Reflect.get(saver, 'pool');
  quietly(pool);
  if (pool instanceof EventEmitter) pool.on('connect', quietly);
}

const isModuleMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND');

/** What a database client says, in one line and without the address, which may hold a password. */
function toSafeMessage(error: unknown, address: string): string {
  const all = error instanceof AggregateError ? error.errors : [error];
  const first: unknown = all[0];
  const text = getErrorMessage(first);
  const secrets = [address, extractPassword(address)].filter((s) => s !== '');
  return secrets.reduce((line, secret) => line.replaceAll(secret, '[address]'), text).replace(/\s+/g, ' ');
}

const extractPassword = (address: string): string => (URL.canParse(address) ? new URL(address).password : '');
