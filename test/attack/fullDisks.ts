import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratchFolder, runTrials, type Attack } from './attack.ts';
import { readLastingResult } from '../shared/lastingResult.ts';
import { startCommand, waitForAnswers } from './command.ts';
import { startModelServer } from './modelServer.ts';

/** A small disk becomes full in the midst of a run: the run ends with one line, and continues without a call repeated once there is room. */
export const fillDisks: Attack = async (trials, pick) => {
  const folder = makeScratchFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
  if (mount.status !== 0) return { trials: 0, failures: [], skipped: 'mount is not allowed here' };
  const server = await startModelServer(20);
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(server.config));
  const start = (out: string) => startCommand(['optimize', '--config', config, '--quiet', '--out', out]).ended;
  try {
    const plain = join(folder, 'plain');
    await start(plain);
    const needed = server.count();
    return await runTrials(trials, async () => {
      server.reset();
      const out = join(disk, 'run');
      const first = start(out);
      const answers = 1 + pick(needed - 10);
      await waitForAnswers(out, answers, first);
      fillUp(join(disk, 'filler'));
      const { status, stderr } = await first;
      rmSync(join(disk, 'filler'));
      const again = await start(out);
      const isSame = again.status === 0 && readLastingResult(out) === readLastingResult(plain);
      const asked = server.count();
      rmSync(out, { recursive: true });
      const where = `full with ${answers} of ${needed} answers`;
      if (status !== 1 || stderr.trim().split('\n').length !== 1) return `${where}: exit ${status}: ${stderr}`;
      if (!isSame) return `${where}: then exit ${again.status}, another result: ${again.stderr}`;
      return asked === needed ? undefined : `${where}: ${asked} requests instead of ${needed}`;
    });
  } finally {
    await server.close();
    spawnSync('umount', [disk]);
  }
};

/** Writes until nothing more goes onto the disk. */
function fillUp(file: string): void {
  for (const bytes of [1 << 16, 1 << 12, 1])
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // smaller pieces may still fit
    }
}
