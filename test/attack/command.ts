import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, type Ran } from '../shared/cli.ts';

/** A command in its own process. */
export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<Ran>;
}

/** Starts a command of drpo. `wrapper`: a program and its arguments that start it, such as `unshare`. */
export function startCommand(args: readonly string[], wrapper: readonly string[] = []): RunningCommand {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'cli/drpo.ts'), ...args];
  const [program = '', ...rest] = [...wrapper, ...node];
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ran>((done, fail) =>
    child.on('error', fail).on('close', (status) => done({ status, stdout: '', stderr })),
  );
  return { child, ended };
}

/** Processes and their /proc of their own, and another host name: a container, as far as a lock can tell. */
export const ISOLATE: readonly string[] = ['unshare', '--pid', '--fork', '--mount-proc', '--uts'];

/** Whether this machine lets us make namespaces. */
export const canIsolate = (): boolean => spawnSync(ISOLATE[0] ?? '', [...ISOLATE.slice(1), 'true']).status === 0;

/** Waits until a run has so many answers, or the command has ended. Says whether it has them. */
export async function waitForAnswers(out: string, answers: number, ended: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (countAnswers(out) < answers) {
    if (isOver) return false;
    await sleep(2);
  }
  return true;
}

/** Answers in a run's folder. */
export function countAnswers(out: string): number {
  const file = join(out, 'calls.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** The first process of a container, which is no init: it kills its child when a file appears, and never notices that it ended. */
const NO_INIT = '"$@" & child=$!; while [ ! -e "$0" ]; do sleep 0.01; done; kill -9 $child; exec sleep 600';

/** Starts a command, kills it without warning at so many answers, and leaves what a kill leaves. In a container the dead process is never reaped. */
export async function killCommandAt(
  args: readonly string[],
  out: string,
  answers: number,
  inContainer: boolean,
): Promise<{ release: () => void }> {
  const signal = `${out}.kill`;
  const wrapper = inContainer ? [...ISOLATE, '/bin/sh', '-c', NO_INIT, signal] : [];
  const { child, ended } = startCommand(args, wrapper);
  const isReached = inContainer
    ? await waitForAnswers(out, answers, sleep(20_000))
    : await waitForAnswers(out, answers, ended);
  const release = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  if (!inContainer) {
    if (isReached) release();
    await ended;
    return { release: () => undefined };
  }
  writeFileSync(signal, '');
  await sleep(60); // until it is killed
  return { release };
}
