import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, root } from '../shared/cli.ts';

/** LangGraph's own dev server is 300 MB: it is tried where LANGGRAPH_CLI names its program (docs/server.md#start-it; .ci/run does). */
const cli = process.env['LANGGRAPH_CLI'] ?? '';
export const canServe = existsSync(cli);

const PARTS = ['langgraph.json', 'package.json', 'tsconfig.json', 'node_modules', 'data'];
const SOURCES = [
  'statistics',
  'state',
  'prompts',
  'checkpoints',
  'models',
  'nodes',
  'graphs',
  'report',
  'run',
  'evals',
  'server',
];

export interface DevServer {
  url: string;
  /** Ends it, at once where told so, and leaves its state behind. */
  end: (signal?: NodeJS.Signals) => Promise<void>;
  /** Resolves when it has written down, some seconds late, that there is a thread. */
  kept: (thread: string) => Promise<void>;
  /** Starts it again at the same address, with the state it left. */
  again: () => Promise<void>;
  /** Ends it and takes its state away. */
  close: () => Promise<void>;
}

/** Starts it in a folder of its own: its state goes into the folder it is started in. */
export async function devServer(env: NodeJS.ProcessEnv = {}): Promise<DevServer> {
  const folder = mkdtempSync(join(tmpdir(), 'studio-'));
  for (const name of [...PARTS, ...SOURCES]) symlinkSync(join(root, name), join(folder, name));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [cli, 'dev', '--host', '127.0.0.1', '--port', String(port), '--no-browser'];
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
  const started = async () => {
    const own = { ...process.env, PATH: path, LANGSMITH_TRACING: 'false', NODE_OPTIONS: '', ...env };
    const server = spawn(process.execPath, args, { cwd: folder, env: own, stdio: 'ignore', detached: true });
    const closed = new Promise<void>((done) => void server.on('close', () => done()));
    while (!(await isUp(url))) await sleep(300);
    return { server, closed };
  };
  let running = await started();
  const end: DevServer['end'] = async (signal = 'SIGTERM') => {
    if (running.server.pid !== undefined) process.kill(-running.server.pid, signal);
    await running.closed;
  };
  return {
    url,
    end,
    kept: async (thread) => {
      const file = join(folder, '.langgraph_api/.langgraphjs_ops.json');
      while (!existsSync(file) || !readFileSync(file, 'utf8').includes(thread)) await sleep(200);
    },
    again: async () => void (running = await started()),
    close: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/ok`).then(
    ({ ok }) => ok,
    () => false,
  );
