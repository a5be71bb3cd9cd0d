// Records the real run of an example: starts llama.cpp's server for each of its models, searches, and puts the run's files beside
// the config, where `npm start -- --replay` finds them.
// The run's own model judges the held-out answers afterwards; its points count in no figure of the run.
//   npm run record [examples/runs/bike-shop] [-- --threads 2] [--judge-only]
// --judge-only: the recorded answers stay, and are judged again.
// A run that was killed continues in runs/record-NAME; remove that folder to begin from scratch.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import { judgeProof } from './judgeProof.ts';
import { REAL_MODEL_NAMES, type RealModelName } from './realModels.ts';
import { startRealServer } from './startRealServer.ts';

/** What of a run's folder is kept: all but what only a continuation needs. */
const KEPT_FILES = [
  'calls.jsonl',
  'config.json',
  'data.json',
  'digests.json',
  'events.jsonl',
  'examples.json',
  'nodes.jsonl',
  'output.json',
  'prompt.txt',
  'proof.jsonl',
  'report.html',
  'result.json',
];
const root = resolve(import.meta.dirname, '../..');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string' }, 'judge-only': { type: 'boolean' } },
});
const example = resolve(positionals[0] ?? join(root, 'examples/runs/bike-shop'));
const config = join(example, 'config.yaml');
const out = join(root, 'runs', `record-${basename(example)}`);
mkdirSync(out, { recursive: true });
const servers = await Promise.all(
  listServers(loadConfig({ file: config })).map(({ name, port }) =>
    startRealServer(name, { port, slots: 4, threads: Number(values.threads ?? 2) }),
  ),
);
process.once('SIGINT', () => undefined); // the search ends in order, and the servers after it
try {
  const status = values['judge-only'] ? 0 : await optimize();
  if (status === 0) {
    if (!values['judge-only']) keepFiles();
    await judgeProof(example);
    process.stdout.write(`Recorded in ${example}\n`);
  }
  process.exitCode = status;
} finally {
  await Promise.all(servers.map(({ stop }) => stop()));
}

function keepFiles(): void {
  for (const name of KEPT_FILES) if (existsSync(join(out, name))) copyFileSync(join(out, name), join(example, name));
}

/** The models of a config that run on this machine, each once, with the ports of their addresses. */
function listServers({ models }: Config): { name: RealModelName; port: number }[] {
  const used = [models.base, models.optimizer, models.reward, models.judge].flatMap(({ model, baseUrl }) => {
    const name = REAL_MODEL_NAMES.find((known) => model === `${known}.gguf`);
    return name === undefined || baseUrl === undefined ? [] : [{ name, port: Number(new URL(baseUrl).port) }];
  });
  return [...new Map(used.map((server) => [server.port, server])).values()];
}

async function optimize(): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'cli/drpo.ts'), 'optimize', '--config', config, '--out', out],
    { stdio: 'inherit' },
  );
  const [status] = await once(child, 'exit');
  return Number(status ?? 1);
}
