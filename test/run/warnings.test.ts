import { beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderSummary } from '../../cli/summary.ts';
import type { Judge, Nodes } from '../../nodes/index.ts';
import type { OptimizeEvent } from '../../run/events.ts';
import { optimize, type OptimizedRun } from '../../run/optimize.ts';
import { Progress } from '../../run/progress.ts';
import type { RunView } from '../../report/runView.ts';
import { readRunView } from '../../run/writeReport.ts';
import { drpoHere } from '../shared/here.ts';

const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-warnings-'));
const CONFIG = {
  models: { optimizer: 'simulated' },
  search: { depth: 8, maxDepthIncrease: 0 },
  queries: { limit: 16 },
} as const;

const givePoints =
  (score: number): Judge =>
  async ({ rewards }) => ({
    evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: '5 to 5', score }])),
  });

const perfectJudge = (): Partial<Nodes> => ({ judge: givePoints(5) });

interface Seen {
  run: OptimizedRun;
  events: OptimizeEvent[];
  shown: string;
  summary: string;
  view: RunView;
}

async function see(nodes: () => Partial<Nodes>, config: object = {}): Promise<Seen> {
  const [events, lines]: [OptimizeEvent[], string[]] = [[], []];
  const progress = new Progress({ write: (text) => lines.push(text) });
  const onEvent = (event: OptimizeEvent): void => {
    events.push(event);
    progress.handle(event);
  };
  const run = await optimize({ config: { ...CONFIG, ...config }, nodes, folder: createFolder(), onEvent });
  const summary = renderSummary({ exitCode: 0, outcome: run, folder: run.folder });
  return { run, events, shown: lines.join(''), summary, view: readRunView(run.folder) };
}

const listCodes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

describe('a run whose judge gives full marks to everything', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await see(perfectJudge);
  });

  it('says first that nothing was rewritten, in result, summary and page', () => {
    const { run, summary, view } = seen;
    expect(listCodes(run.warnings)).toEqual(['nothing-rewritten', 'judge-constant', 'judge-remarks-constant']);
    expect(summary).toMatch(/^Verdict: no change.*\nWarning: Nothing was rewritten.*\n/);
    expect(summary).not.toContain('Mean reward');
    expect(summary).not.toContain('Judge noise');
    expect(view.warnings).toEqual(run.warnings);
    expect(view.best.value).toBeNull();
    const file = JSON.parse(readFileSync(join(run.folder, 'result.json'), 'utf8')) as OptimizedRun;
    expect(file.warnings).toEqual(run.warnings);
  });

  it('says during the run that the judge measures nothing, once, and shows no full marks', () => {
    const { events, shown } = seen;
    const raised = events.filter((event) => event.type === 'warningRaised');
    expect(listCodes(raised)).toEqual(['judge-constant', 'judge-remarks-constant']);
    const types = events.map(({ type }) => type);
    expect(types.indexOf('warningRaised')).toBeLessThan(types.lastIndexOf('candidateJudged'));
    expect(shown).toContain('Warning: The judge measures nothing');
    expect(shown).toContain('nothing rewritten yet');
    expect(shown).toContain('all points alike');
    expect(shown).not.toMatch(/best so far|5\.000/);
  });

  it('returns a finished run with its warnings', async () => {
    const { run } = seen;
    const again = await optimize({ config: CONFIG, nodes: perfectJudge, folder: run.folder });
    expect(again.seconds).toBe(run.seconds);
    expect(again.warnings).toEqual(run.warnings);
  });
});

it('a judge that gives four points to everything is named, though prompts were rewritten', async () => {
  const { run, summary, shown } = await see(() => ({ judge: givePoints(4) }));
  expect(listCodes(run.warnings)).toEqual(['judge-constant', 'judge-remarks-constant']);
  expect(run.warnings[0]?.text).toContain('4 of 5 for everything');
  expect(summary).not.toContain('Mean reward along the path');
  expect(shown).toMatch(/all \d+ tie/);
});

it('a search whose rewrites are all rejected says so first of all warnings', async () => {
  const { run, summary } = await see(() => ({
    rewriteSystemPrompt: async () => ({ prompts: [], rejected: [{ prompt: 'x', reason: 'duplicate' }] }),
  }));
  expect(run.warnings[0]).toMatchObject({
    code: 'nothing-rewritten',
    text: expect.stringMatching(/rejected: duplicate \d+\)\. Use a stronger optimizer/),
  });
  expect(summary).toMatch(/^Verdict: no change.*\nWarning: Nothing was rewritten/);
});

it('a search whose judgements are all missing says so first', async () => {
  const judge: Judge = async () => ({ evaluation: {}, missing: 'no score for any aspect' });
  const { run } = await see(() => ({ judge }), { search: { ...CONFIG.search, maxMissingShare: 1 } });
  expect(run.warnings).toMatchObject([
    { code: 'nothing-rewritten', text: expect.stringContaining('the last because: no score for any aspect') },
  ]);
});

it('simulated runs raise no warning', async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const { run, events } = await see(() => ({}), { queries: { limit: 16, seed } });
    expect([seed, run.warnings, events.filter(({ type }) => type === 'warningRaised')]).toEqual([seed, [], []]);
  }
});

it('the command line prints the warnings and exits with 0', async () => {
  const [out, file] = [createFolder(), join(createFolder(), 'config.json')];
  const nodes = join(createFolder(), 'nodes.mjs');
  writeFileSync(
    nodes,
    `export default () => ({ judge: async ({ rewards }) => ({
      evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: 'Good.', score: 5 }])),
    }) });`,
  );
  writeFileSync(file, JSON.stringify({ ...CONFIG, nodes }));
  const ran = await drpoHere(['optimize', '--config', file, '--out', out, '--json']);
  expect(ran.status).toBe(0);
  const outcome = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') as OptimizedRun;
  expect(listCodes(outcome.warnings)[0]).toBe('nothing-rewritten');
  expect(ran.stderr).toContain('Warning: Nothing was rewritten');
});
