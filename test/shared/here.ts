import { jest } from '@jest/globals';
import { execute } from '../../cli/program.ts';
import type { Ran } from './cli.ts';

/** Runs the command line in this process, which is quicker than a process of its own; one command at a time. */
export async function drpoHere(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const [before, settings] = [{ ...process.env }, { LANGSMITH_TRACING: 'false', ...env }];
  const ran: Ran = { status: 0, stdout: '', stderr: '' };
  const watched = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => ((ran[name] += String(text)), true)),
  );
  Object.assign(process.env, settings);
  try {
    await execute(['node', 'drpo', ...args]);
    return { ...ran, status: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = undefined;
    for (const name of Object.keys(settings)) delete process.env[name];
    Object.assign(process.env, before);
    for (const one of watched) one.mockRestore();
  }
}
