import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../shared/cli.ts';

/** Tries to lock each path it reads, as soon as the clock shows the time beside it, and prints whether it did. */
const CONTESTANT = `
  import { createInterface } from 'node:readline';
  const { lockFile } = await import(${JSON.stringify(join(root, 'models/cache/fileLock.ts'))});
  for await (const line of createInterface({ input: process.stdin })) {
    const { path, start } = JSON.parse(line);
    while (Date.now() < start);
    try { lockFile(path, path); console.log('locked'); }
    catch (error) { if (error.name !== 'StoreError') throw error; console.log('refused'); }
  }`;

it('only one of many processes gets the lock of an ended process, or a new one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-lock-'));
  const contestants = Array.from({ length: 3 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CONTESTANT], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const closed = new Promise((done) => child.on('close', done));
    return { child, closed, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  try {
    for (let round = 0; round < 40; round++) {
      const path = join(folder, String(round));
      if (round < 20) writeFileSync(`${path}.lock`, '999999999 1\n');
      // a little later, so that all of them have read it by then
      const line = JSON.stringify({ path, start: Date.now() + 5 });
      for (const { child } of contestants) child.stdin.write(`${line}\n`);
      const answers = await Promise.all(contestants.map(async (one) => String((await one.answers.next()).value)));
      expect(answers.toSorted()).toEqual(['locked', 'refused', 'refused']);
    }
  } finally {
    for (const { child } of contestants) child.stdin.end();
    await Promise.all(contestants.map(({ closed }) => closed));
    rmSync(folder, { recursive: true });
  }
});
