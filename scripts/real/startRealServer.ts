// llama.cpp's own server on real small weights. Its first line of output is its address; SIGINT and SIGTERM end it.
//   node scripts/real/startRealServer.ts qwen05 [port, default any] [slots, 4] [context, 16384] [threads, 1]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { preparePython, prepareWeights, requireRealModelName, type RealModelName } from './realModels.ts';

/** A server that runs. `url` is its address without a path. */
export interface RealServer {
  url: string;
  /** Reads the counters of the server's own /metrics, by name. */
  readMetrics: () => Promise<Record<string, number>>;
  stop: () => Promise<void>;
}

/** `port`: 0 is any. `context`: tokens, shared by all slots. */
export interface RealServerOptions {
  port?: number;
  slots?: number;
  context?: number;
  threads?: number;
}

/** Starts llama.cpp's server on a model. @throws Error if packages cannot be had or the server does not start */
export async function startRealServer(name: RealModelName, options: RealServerOptions = {}): Promise<RealServer> {
  const { port = 0, slots = 4, context = 16_384, threads = 1 } = options;
  const [python, weights] = [await preparePython('server'), await prepareWeights(name)];
  const args = [join(import.meta.dirname, 'server.py'), weights, ...[port, slots, context, threads].map(String)];
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-2000)));
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void exited.then(() => reject(new Error(`llama.cpp's server for ${name} ended before it listened: ${log}`)));
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return { url, readMetrics: () => readServerMetrics(url), stop };
}

/** Reads the counters of a llama.cpp server, by name. */
export async function readServerMetrics(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const rows = [...text.matchAll(/^llamacpp:(\w+) ([\d.e+-]+)$/gm)];
  return Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]));
}

if (import.meta.main) {
  const [name, ...numbers] = process.argv.slice(2);
  const [port, slots, context, threads] = numbers.map(Number);
  const given = Object.entries({ port, slots, context, threads }).filter(([, value]) => value !== undefined);
  const server = await startRealServer(requireRealModelName(name), Object.fromEntries(given));
  process.stdout.write(`${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop());
}
