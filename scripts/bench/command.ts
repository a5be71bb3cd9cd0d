import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Told by the command's process as it ends: milliseconds of CPU, its start included. */
const CPU_REPORT_HOOK = `data:text/javascript,process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write("\\ncpu " + (user + system) / 1000);
})`;

/** A script in a process of its own; gives its CPU in milliseconds, all in. */
export async function measureCpuMs(script: string, args: readonly string[]): Promise<number> {
  const all = ['--import', CPU_REPORT_HOOK.replaceAll('\n', ''), script, ...args];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const status = await new Promise((done) => child.on('close', done));
  if (status !== 0) throw new Error(`${script}: expected exit 0, got ${String(status)}: ${told}`);
  return Number(told.slice(told.lastIndexOf('cpu ') + 4));
}

/** `optimize` as a user runs it. */
export function runOptimizeCommand(
  out: string,
  roles: Record<string, string>,
  set: readonly string[],
): Promise<number> {
  const models = Object.entries(roles).flatMap(([role, model]) => [`--${role}`, model]);
  const settings = set.flatMap((one) => ['--set', one]);
  const drpo = join(import.meta.dirname, '..', 'drpo.ts');
  return measureCpuMs(drpo, ['optimize', '--quiet', '--out', out, ...models, ...settings]);
}
