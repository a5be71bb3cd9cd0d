import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratchFolder, runTrials, type Attack } from './attack.ts';
import { readLastingResult } from '../shared/lastingResult.ts';
import { canIsolate, ISOLATE, startCommand } from './command.ts';
import { startModelServer } from './modelServer.ts';

/** Two equal commands in separate containers start on one folder: exactly one works, and its accounts are those of one. */
export const startTwoWriters: Attack = async (trials, pick) => {
  if (!canIsolate()) return { trials: 0, failures: [], skipped: 'unshare is not allowed here' };
  const folder = makeScratchFolder();
  const server = await startModelServer(150);
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(server.config));
  const onHost = (host: string): string[] => [...ISOLATE, '/bin/sh', '-c', `hostname ${host}; exec "$@"`, 'sh'];
  const start = (out: string, host: string) =>
    startCommand(['optimize', '--config', config, '--quiet', '--out', out], onHost(host)).ended;
  const plain = join(folder, 'plain');
  await start(plain, 'plain');
  const needed = server.count();
  const outcome = await runTrials(trials, async () => {
    server.reset();
    const out = join(makeScratchFolder(), 'run');
    const first = start(out, 'first');
    await new Promise((done) => setTimeout(done, pick(3) * 400));
    const [one, two] = await Promise.all([first, start(out, 'second')]);
    const codes = [`${one.status}`, `${two.status}`].toSorted();
    const refused = [one, two].find(({ status }) => status !== 0);
    if (codes.join(',') !== '0,1') return `exits ${codes.join(' and ')}: ${one.stderr} ${two.stderr}`;
    if (!/in use by .*\n$/.test(refused?.stderr ?? '')) return `the second was told: ${refused?.stderr}`;
    if (server.count() !== needed) return `${server.count()} requests, one run takes ${needed}`;
    return readLastingResult(out) === readLastingResult(plain) && existsSync(join(out, 'lock.sqlite'))
      ? undefined
      : 'another result';
  });
  await server.close();
  return outcome;
};
