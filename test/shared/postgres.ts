// Checkpoints in Postgres, through the command line: default.json's search against the scripted server, killed at random
// points and gone on with, on a real Postgres that this script starts itself from npm's binaries (loopback, a folder of
// its own). Prints calls made against calls needed and the hash of each result, beside that of an undisturbed run in SQLite.
// node test/shared/postgres.ts [seed] [runs]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMersenneTwister } from '../../statistics/random.ts';
import { binaries, startPostgres } from '../e2e/postgresServer.ts';
import { asked, configFile, folder, optimizing, scripted } from './scripted.ts';
import { hashLastingResult } from './lastingResult.ts';

const [seed = '1', runs = '10'] = process.argv.slice(2);
const native = binaries();
if (native === null) {
  console.log(`skipped: npm has no Postgres for ${process.platform} on ${process.arch}`);
} else {
  const draw = createMersenneTwister(Number(seed));
  const postgres = await startPostgres(native);
  process.env['DRPO_TEST_POSTGRES'] = postgres.url;
  const server = await scripted({ latency: '30' });
  const dir = folder();
  const config = configFile(dir, server.url);
  const plain = await optimizing(config, join(dir, 'plain')).ended;
  const [needed, wanted] = [asked(server).length, hashLastingResult(join(dir, 'plain'))];
  console.log(`${postgres.version}; undisturbed, in SQLite: ${needed} calls, result ${wanted}`);
  const flags = ['--set', 'checkpoints.postgresEnv=DRPO_TEST_POSTGRES'];
  let held = 0;
  for (let i = 0; i < Number(runs); i++) {
    server.reset();
    const [out, after] = [join(dir, `kill-${i}`), 600 + (draw() / 2 ** 32) * (plain.seconds * 1000 - 600)];
    const { child, ended } = optimizing(config, out, flags);
    await sleep(after);
    child.kill('SIGKILL');
    await ended;
    await sleep(100);
    const before = asked(server).length;
    const { status, stderr } = await optimizing(config, out, flags).ended;
    const made = asked(server).length;
    const hash = status === 0 ? hashLastingResult(out) : `none, exit ${status}: ${stderr.slice(0, 200)}`;
    const good = hash === wanted && made - needed <= 16 && !existsSync(join(out, 'checkpoints.sqlite'));
    held += good ? 1 : 0;
    console.log(
      `${good ? 'ok  ' : 'FAIL'} killed after ${Math.round(after)} ms and ${before} calls: ${made} of ${needed} needed, result ${hash}`,
    );
  }
  await server.close();
  await postgres.stop();
  console.log(`${held} of ${runs} hold`);
  process.exitCode = held === Number(runs) ? 0 : 1;
}
