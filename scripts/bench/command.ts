import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Makes a process print its CPU time when it exits, in milliseconds, start-up included. */
const CPU_REPORT_HOOK = `data:text/javascript,process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write("\\ncpu " + (user + system) / 1000);
})`;

/** Runs a script in its own process and returns its CPU time in milliseconds, start-up included. @throws Error if it fails */
export async function measureCpuMs(script: string, args: readonly string[]): Promise<number> {
  const nodeArgs = ['--import', CPU_REPORT_HOOK.replaceAll('\n', ''), script, ...args];
  const child = spawn(process.execPath, nodeArgs, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  if (exitCode !== 0) throw new Error(`${script}: expected exit code 0, got ${String(exitCode)}: ${stderr}`);
  return Number(stderr.slice(stderr.lastIndexOf('cpu ') + 4));
}

/** Runs `optimize` as a user does, and returns its CPU time in milliseconds. */
export function runOptimizeCommand(
  out: string,
  roles: Record<string, string>,
  set: readonly string[],
): Promise<number> {
  const models = Object.entries(roles).flatMap(([role, model]) => [`--${role}`, model]);
  const settings = set.flatMap((setting) => ['--set', setting]);
  const drpo = join(import.meta.dirname, '..', '..', 'cli', 'drpo.ts');
  return measureCpuMs(drpo, ['optimize', '--quiet', '--out', out, ...models, ...settings]);
}
