import { afterAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editInEditor } from '../../cli/approve/editor.ts';
import { root, type Ran } from '../shared/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-approve-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SET = [
  'search.depth=4',
  'search.maxDepthIncrease=0',
  'queries.limit=20',
  'judge.reliabilityChecks=0',
  'final=null',
];

/** `optimize --approve` with decisions from a pipe, one each time it asks; null: there is nobody to ask. */
function optimizeWith(decisions: readonly string[] | null): Promise<Ran> {
  const args = [
    'optimize',
    '--optimizer',
    'simulated',
    '--approve',
    '--quiet',
    '--out',
    mkdtempSync(join(folder, 'run-')),
  ];
  const child = spawn(process.execPath, [join(root, 'cli/drpo.ts'), ...args, ...SET.flatMap((s) => ['--set', s])], {
    stdio: [decisions === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  let sent = 0;
  child.stdout?.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString();
    const asked = out.stderr.match(/^Level \d/gm)?.length ?? 0;
    for (const line of decisions?.slice(sent, asked) ?? []) child.stdin?.write(`${line}\n`);
    sent = asked;
    if (asked > 0 && asked >= (decisions?.length ?? 0)) child.stdin?.end();
  });
  return new Promise((done) => child.on('close', (status) => done({ status, ...out })));
}

it('optimize reads one decision per line from a pipe, reports unusable ones and refuses to start without anybody to ask', async () => {
  const [whole, ended, nobody] = await Promise.all([
    optimizeWith(['"accept"', '{"veto":["0.7"]}', '"accept"', '"accept"', '"accept"']),
    optimizeWith(['"accept"']),
    optimizeWith(null),
  ]);
  expect([whole.status, ended.status, nobody.status]).toEqual([0, 130, 2]);
  expect(whole.stderr.match(/^Level \d/gm)).toEqual(['Level 0', 'Level 1', 'Level 1', 'Level 2', 'Level 3']);
  expect(whole.stderr).toMatch(/could not be used: expected ids of this level .* got 0\.7/);
  expect(ended.stderr).toMatch(/stdin ended while a level was waiting/);
  expect(nobody.stderr.trim().split('\n')).toHaveLength(1);
});

it('an edited prompt does not have the line break that editors add', () => {
  expect(editInEditor('You are helpful.', { EDITOR: 'sed -i s/helpful/brief/' })).toBe('You are brief.');
  expect(() => editInEditor('x', { EDITOR: 'false' })).toThrow('The editor (false) ended with status 1;');
  expect(() => editInEditor('x', {})).toThrow(/No editor/);
});
