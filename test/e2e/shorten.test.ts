import { beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seen } from '../models/fake.ts';
import { drpo, root, serve } from '../shared/cli.ts';
import { readLastingResult } from '../shared/lastingResult.ts';
import {
  createFolder,
  findAskedPrompt,
  isOfCut,
  readResult,
  readText,
  serveShortening,
  SHORT,
} from '../shared/shortening.ts';

const command = join(root, 'cli/drpo.ts');
let config = '';
let seen: Seen[] = [];
let cuts = 0;
/** Called with the number of the queries that shortened prompts have been asked. */
let onCut: ((asked: number) => void) | undefined;
const plain = createFolder();
let needed = 0;
beforeAll(async () => {
  ({ config, seen } = await serveShortening(async (request) => {
    if (isOfCut(request)) onCut?.(++cuts);
    await sleep(10);
  }));
  expect((await drpo(listArguments(plain))).status).toBe(0);
  needed = seen.length;
});

const listArguments = (out: string): string[] => ['optimize', '--config', config, '--out', out, '--quiet'];

/** Runs the search in a process of its own, which gets a signal within its second cut. Returns its exit code. */
async function breakRun(out: string, signal: NodeJS.Signals): Promise<number | null> {
  [cuts, seen.length] = [0, 0];
  const child = spawn(process.execPath, [command, ...listArguments(out)], { stdio: 'ignore' });
  onCut = (asked) => asked === 16 && child.kill(signal);
  const [status] = (await once(child, 'close')) as [number | null];
  onCut = undefined;
  return status;
}

it('a run that is killed while it shortens its prompt asks nothing twice and ends in the same result', async () => {
  const out = createFolder();
  expect(await breakRun(out, 'SIGKILL')).toBeNull();
  const lost = seen.length - (readText(out, 'calls.jsonl').match(/^\{"key"/gm)?.length ?? 0);
  expect(lost).toBeLessThanOrEqual(16);
  expect((await drpo(listArguments(out))).status).toBe(0);
  expect(seen).toHaveLength(needed + lost);
  expect(readLastingResult(out)).toBe(readLastingResult(plain));
});

it('a run that Ctrl-C stops while it shortens its prompt returns the best cut so far, and goes on from there', async () => {
  const out = createFolder();
  expect(await breakRun(out, 'SIGINT')).toBe(130);
  expect(readText(out, 'prompt.txt')).toBe(`${SHORT}\n\nBe kind.`);
  expect(readResult(out).verdict?.text).toMatch(/, before it was shortened$/);
  expect((await drpo(listArguments(out))).status).toBe(0);
  expect(seen).toHaveLength(needed);
  expect(readLastingResult(out)).toBe(readLastingResult(plain));
});

it('serve sends the shortened prompt to the base model', async () => {
  const { firstLine, stop } = await serve([command, 'serve', '--run', plain, '--port', '0', '--json', '--quiet']);
  seen.length = 0;
  const { url } = JSON.parse(firstLine) as { url: string };
  const body = JSON.stringify({ model: 'base', messages: [{ role: 'user', content: 'Hello?' }] });
  const headers = { 'content-type': 'application/json' };
  const answered = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body });
  expect(await answered.text()).toContain('A useful answer');
  expect(seen.map(findAskedPrompt)).toEqual([SHORT]);
  await stop();
});
