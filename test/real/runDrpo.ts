import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Runs the command line as a user does. `exitCode` is not 0 if it failed. */
export function runDrpo(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const nodeArgs = ['--disable-warning=ExperimentalWarning', join(root, 'cli/drpo.ts'), ...args];
  return new Promise((settle) => {
    const child = execFile(process.execPath, nodeArgs, { cwd: root }, (_, stdout, stderr) =>
      settle({ exitCode: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}
