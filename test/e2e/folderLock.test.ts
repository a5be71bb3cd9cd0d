import { afterAll, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../shared/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LOCK = `const { lockFolder } = await import(${JSON.stringify(join(root, 'models/cache/folderLock.ts'))});
  const lock = (path) => {
    try { lockFolder(path); return 'locked'; }
    catch (error) { if (error.name !== 'StoreError') throw error; return error.message; }
  };`;
/** Locks each path it reads, as soon as the clock shows the time beside it, and prints whether it did. */
const CONTESTANT = `${LOCK}
  import { createInterface } from 'node:readline';
  for await (const line of createInterface({ input: process.stdin })) {
    const { path, start } = JSON.parse(line);
    while (Date.now() < start);
    console.log(lock(path));
  }`;
/** Locks a path, prints whether it did, collects garbage, and stays. */
const HOLDER = `${LOCK}
  console.log(process.pid + ' ' + lock(process.argv[1]));
  globalThis.gc();
  setInterval(() => globalThis.gc(), 100);`;
const FLAGS = ['--disable-warning=ExperimentalWarning', '--input-type=module'];

/** What a new process hears that tries to lock a path. */
const tryLock = (path: string, command: readonly string[] = []): string => {
  const args = [...command, process.execPath, ...FLAGS, '-e', `${LOCK} console.log(lock(process.argv[1]));`, path];
  return spawnSync(args[0] ?? '', args.slice(1), { encoding: 'utf8' }).stdout.trim();
};

/** A process that holds a path, and whose parent never waits for it, as in a container without an init. */
async function holdUnreaped(path: string, command = ''): Promise<{ id: number; end: () => void }> {
  const script = `${command} "$0" --expose-gc ${FLAGS.join(' ')} -e "$1" "$2" & exec sleep 60`;
  const parent = spawn('/bin/sh', ['-c', script, process.execPath, HOLDER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const { value } = await createInterface({ input: parent.stdout })[Symbol.asyncIterator]().next();
  const [id, said] = String(value).split(' ');
  expect(said).toBe('locked');
  return { id: Number(id), end: () => void process.kill(-(parent.pid ?? 0), 'SIGKILL') };
}

it('only one of many processes gets the lock', async () => {
  const contestants = Array.from({ length: 3 }, () => {
    const child = spawn(process.execPath, [...FLAGS, '-e', CONTESTANT], { stdio: ['pipe', 'pipe', 'inherit'] });
    const closed = new Promise((done) => child.on('close', done));
    return { child, closed, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  for (let round = 0; round < 40; round++) {
    // a little later, so that all of them have read it by then
    const line = JSON.stringify({ path: join(folder, String(round)), start: Date.now() + 5 });
    for (const { child } of contestants) child.stdin.write(`${line}\n`);
    const answers = await Promise.all(contestants.map(async (one) => String((await one.answers.next()).value)));
    expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1);
    expect(answers.filter((answer) => answer.includes('in use by'))).toHaveLength(2);
  }
  for (const { child } of contestants) child.stdin.end();
  await Promise.all(contestants.map(({ closed }) => closed));
});

it('the lock outlasts garbage collections, names its holder, and is free once that is killed, reaped or not', async () => {
  const path = join(folder, 'unreaped');
  const { id, end } = await holdUnreaped(path);
  const said = tryLock(path);
  expect(said).toContain(`the run folder ${path} is in use by process ${id} on the host ${hostname()} since 20`);
  process.kill(id, 'SIGKILL');
  let now = said;
  for (const until = Date.now() + 5000; now !== 'locked' && Date.now() < until;) now = tryLock(path);
  expect(now).toBe('locked');
  expect(() => process.kill(id, 0)).not.toThrow(); // it is still a zombie
  end();
});

const isolate = ['unshare', '--pid', '--fork', '--mount-proc', '--uts'];
const canIsolate = spawnSync(isolate[0] ?? '', [...isolate.slice(1), 'true']).status === 0;
(canIsolate ? it : it.skip)('processes in different namespaces share the lock', async () => {
  const path = join(folder, 'isolated');
  const { end } = await holdUnreaped(path, isolate.join(' '));
  expect(tryLock(path, isolate)).toContain('in use by process');
  end();
});
