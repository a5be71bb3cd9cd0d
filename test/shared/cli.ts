import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
/** Beside this checkout; its programs ask whether they are the one that was started, so the real path. */
export const shared = existsSync(resolve(root, '../shared'))
  ? realpathSync(resolve(root, '../shared'))
  : resolve(root, '../shared');

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    child.on('error', fail).on('close', (status) => done({ status, ...out }));
  });
}

/** Node 22 warns that its SQLite is experimental; the command's first line and package.json carry the same flag. */
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];

/** The command line from the sources, as `npm run -s drpo` runs it. */
export const drpo = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  run(process.execPath, [...NODE_FLAGS, resolve(root, 'cli/drpo.ts'), ...args], {
    env: { ...process.env, LANGSMITH_TRACING: 'false', ...env },
  });

/** Starts a server program and waits for its first line. */
export async function serve(args: readonly string[]): Promise<{ firstLine: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<void>((done) => child.on('close', () => done()));
  const firstLine = await new Promise<string>((done, fail) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')));
    });
    child.on('error', fail).on('close', () => fail(new Error(`${args[0]} ended before it listened`)));
  });
  return { firstLine, stop: () => (child.kill(), closed) };
}

export const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
