import { beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseYaml } from '../../run/config/parseYaml.ts';
import { chat, refusal, serve } from '../models/fake.ts';
import { readAsked } from '../evals/compare/comparisonServer.ts';
import { root, run } from '../shared/cli.ts';

interface Step {
  name?: string;
  if?: string;
  run?: string;
}
const workflow = parseYaml(readFileSync(join(root, 'examples/ci/compare-prompts.yml'), 'utf8')) as {
  env: Record<string, string>;
  jobs: { compare: { steps: Step[] } };
};

/** A repository with a prompt on its main branch and another one in the work tree, as a pull request has it. */
async function createRepository(url: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-ci-'));
  for (const name of ['prompts', 'queries', '.tools']) mkdirSync(join(folder, name));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const heldOut = Array.from({ length: 10 }, (_, i) => `Question ${i}?`);
  write('queries/held-out.json', JSON.stringify(heldOut));
  write('queries/train.json', '["Train?"]');
  write('points.mjs', 'export default ({ response }) => (parseFloat(response) - 1) / 4;');
  write(
    'drpo.yaml',
    `models: { optimizer: { model: m, baseUrl: ${url}, maxRetries: 0 } }
queries: { files: [queries/train.json], heldOut: [queries/held-out.json] }
rewards: { mode: checks, checks: [{ type: function, module: ./points.mjs }] }
`,
  );
  write('prompts/assistant.txt', 'Old prompt.\n');
  // what npm would have installed
  write('.tools/npm', '#!/bin/sh\nexit 0\n');
  write('.tools/npx', `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${join(root, 'cli/drpo.ts')}" "$@"\n`);
  for (const name of ['npm', 'npx']) chmodSync(join(folder, '.tools', name), 0o755);
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'First');
  await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  write('prompts/assistant.txt', 'New prompt.\n');
  return folder;
}

/** Runs the lines of the workflow as a runner does: after a failure, only steps that always run. */
async function runWorkflow(folder: string): Promise<{ status: number; log: string }> {
  let status = 0;
  let log = '';
  rmSync(join(folder, 'summary.md'), { force: true });
  const env = {
    ...process.env,
    ...workflow.env,
    OPENAI_API_KEY: '',
    LANGSMITH_TRACING: 'false',
    GITHUB_BASE_REF: 'main',
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    PATH: `${join(folder, '.tools')}:${process.env['PATH']}`,
  };
  for (const step of workflow.jobs.compare.steps) {
    if (step.run === undefined || (status !== 0 && step.if !== 'always()')) continue;
    const ran = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], { cwd: folder, env });
    log += ran.stdout + ran.stderr;
    status ||= ran.status ?? 1;
  }
  return { status, log };
}

describe('the workflow that compares prompts', () => {
  let points = 3;
  let url = '';
  const seen: string[] = [];
  beforeAll(async () => {
    ({ url } = await serve((request) => {
      const { system, query } = readAsked(request);
      seen.push(system);
      return points === 0
        ? refusal(500)
        : chat(`${system.startsWith('New') ? points + (query.length % 2) / 5 : 3} points`);
    }));
  });

  it('fails a worse prompt with the verdict in its summary and report, and a better one passes without asking the base again', async () => {
    const folder = await createRepository(url);
    points = 1.5;
    const worse = await runWorkflow(folder);
    expect([worse.status, worse.log]).toEqual([4, expect.stringMatching(/worse by 1\.[\s\S]*Failed: /)]);
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toMatch(/worse by 1\./);
    expect(readFileSync(join(folder, 'drpo-report/compare.xml'), 'utf8')).toContain('<failure ');
    writeFileSync(join(folder, 'prompts/assistant.txt'), 'New and better prompt.\n');
    [points, seen.length] = [4.5, 0];
    const better = await runWorkflow(folder);
    expect([better.status, better.log]).toEqual([0, expect.stringContaining('better by 1.')]);
    expect(new Set(seen)).toEqual(new Set(['New and better prompt.']));
  });

  it('an endpoint that is down is an error of the report, and no verdict', async () => {
    const folder = await createRepository(url);
    points = 0;
    const down = await runWorkflow(folder);
    expect([down.status, down.log]).toEqual([1, expect.not.stringMatching(/worse by|no change/)]);
    expect(readFileSync(join(folder, 'drpo-report/compare.xml'), 'utf8')).toMatch(/failures="0" errors="1"/);
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('No verdict: ');
    expect(existsSync(join(folder, 'drpo-compare/result.json'))).toBe(false);
  });
});
