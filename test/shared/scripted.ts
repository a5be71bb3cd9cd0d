// What the scripts that try `optimize` against the scripted server have in common: its server, a config, a run, a hash.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, shared } from './cli.ts';

/** A request as the server logged it; times in milliseconds since the epoch. */
export interface Logged {
  role: string;
  status: number;
  attempt: number;
  t_start: number;
  t_end: number;
  inflight: number;
}
export interface Scripted {
  url: string;
  log: () => Logged[];
  reset: () => void;
  close: () => Promise<void>;
}
const parity = join(shared, 'tools/parity');
const golden = JSON.parse(readFileSync(join(parity, 'golden/default.json'), 'utf8')) as {
  server: Record<string, string>;
  queries: { text: string }[];
  params: Record<string, unknown>;
};
const { start } = (await import(join(parity, 'scripted-llm.mjs'))) as {
  start: (options: Record<string, string>) => Promise<Scripted>;
};

export const scripted = (options: Record<string, string>): Promise<Scripted> =>
  start({ ...golden.server, port: '0', ...options });
export const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-kill-'));
/** Requests to the four roles, embeddings apart. */
export const asked = (server: Scripted): Logged[] => server.log().filter((r) => r.role !== 'embed');

/** Settings over default.json's. */
type More = Record<string, unknown> & { examples?: object; search?: object };

/** default.json's config in a file, its roles at a server. */
export function configFile(dir: string, url: string, more: More = {}): string {
  const { examples, search, ...rest } = more;
  const model = (name: string) => ({ model: name, baseUrl: url });
  const {
    beam_size: beamWidth,
    n_actions: actions,
    depth,
    max_depth_increase: maxDepthIncrease,
    k,
    initial_system_prompt,
  } = golden.params;
  writeFileSync(join(dir, 'queries.json'), JSON.stringify(golden.queries.map((q) => q.text)));
  const config = {
    preset: 'reference',
    models: {
      ...Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((role) => [role, model(role)])),
      embeddings: { provider: 'openai', ...model('embed') },
    },
    queries: { files: ['queries.json'], order: 'given' },
    examples: { file: join(parity, 'data/ICL_examples.json'), k, ...examples },
    initialPrompt: initial_system_prompt,
    search: { beamWidth, actions, depth, maxDepthIncrease, ...search },
    ...rest,
  };
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return join(dir, 'config.json');
}

export interface Ended {
  status: number | null;
  stderr: string;
  seconds: number;
}

/** `optimize` under way: its process and its end. */
export function optimizing(
  config: string,
  out: string,
  flags: readonly string[] = [],
): { child: ChildProcess; ended: Promise<Ended> } {
  const started = performance.now();
  const args = [join(root, 'cli/drpo.ts'), 'optimize', '--config', config, '--out', out, '--json', ...flags];
  const env = { ...process.env, LANGSMITH_TRACING: 'false' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((done, fail) =>
    child
      .on('error', fail)
      .on('close', (status) => done({ status, stderr, seconds: (performance.now() - started) / 1000 })),
  );
  return { child, ended };
}
