import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Config } from '../../run/config/loadConfig.ts';
import { root } from '../shared/cli.ts';

it('the command says where it serves, and ends at Ctrl-C', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-serve-'));
  const base = { model: 'mistral', baseUrl: 'http://127.0.0.1:9/v1' };
  const config = Config.parse({ models: { base, optimizer: 'simulated' } });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'prompt.txt'), 'Be clear.');
  const args = [join(root, 'cli/drpo.ts'), 'serve', '--run', folder, '--port', '0', '--json'];
  const command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(command, 'exit');
  const [line] = (await once(createInterface({ input: command.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  expect((await fetch(new URL('/health', url))).status).toBe(200);
  command.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  rmSync(folder, { recursive: true });
});
