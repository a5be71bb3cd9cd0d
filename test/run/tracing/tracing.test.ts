import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePort, type Ran } from '../../shared/cli.ts';
import { drpoHere } from '../../shared/here.ts';
import { recordLangSmith, SESSION, type Recorded } from './langsmith.ts';
import { feedbackIn, outline, runsIn, type Run } from './runs.ts';

const KEY = 'lsv2_pt_neverToBeSeen';
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

interface Traced extends Ran {
  folder: string;
  requests: Recorded[];
  runs: Run[];
}

/** `optimize` on simulated models from the command line, and what LangSmith was sent. */
async function traced(set: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Traced> {
  const server = await recordLangSmith();
  const folder = mkdtempSync(join(tmpdir(), 'traced-'));
  folders.push(folder);
  const sets = set.flatMap((one) => ['--set', one]);
  const settings = { LANGSMITH_TRACING: 'true', LANGSMITH_ENDPOINT: server.url, LANGSMITH_API_KEY: KEY, ...env };
  const ran = await drpoHere(['optimize', '--optimizer', 'simulated', '--quiet', '--out', folder, ...sets], settings);
  server.close();
  return { ...ran, folder, requests: server.requests, runs: runsIn(server.requests) };
}

const metadata = ({ extra }: Run): Record<string, unknown> => extra?.metadata ?? {};

/** One trace, every run of it under a run that was sent, every run ended, and each where its dotted order says. */
function isWhole(runs: readonly Run[]): void {
  const byId = new Map(runs.map((run) => [run.id, run]));
  expect(new Set(runs.map((run) => run.trace_id)).size).toBe(1);
  for (const run of runs) {
    const above = run.parent_run_id === undefined ? undefined : byId.get(run.parent_run_id);
    expect(run.parent_run_id === undefined ? run.id === run.trace_id : above !== undefined).toBe(true);
    expect(run.dotted_order.split('.').slice(0, -1).join('.')).toBe(above?.dotted_order ?? '');
    expect(run.end_time).toBeDefined();
  }
}

const CANDIDATE = ['respondAndJudge', '  respond', '    base model', '  judge', '    judge model'];
const indented = (by: number, lines: readonly string[]): string[] => lines.map((line) => '  '.repeat(by) + line);

describe('a run as LangSmith would show it', () => {
  let small: Traced;
  beforeAll(async () => {
    const set = ['search.depth=3', 'search.maxDepthIncrease=0', 'search.beamWidth=1', 'search.actions=2'];
    const price = ['models.base.provider="simulated"', 'models.base.price={"input":1,"output":10}'];
    const about = ['tracing.project="prompts"', 'tracing.tags=["try"]'];
    small = await traced([...set, ...price, ...about, 'search.keepPromptAbove=5']);
  });

  it('is one trace that reads like the algorithm', () => {
    expect(small.status).toBe(0);
    isWhole(small.runs);
    const rewritten = ['rewriteAndJudge', '  rewriteSystemPrompt', '    optimizer model', ...indented(1, CANDIDATE)];
    const level = [...rewritten, ...indented(1, CANDIDATE), 'rankLevel'];
    const [root = '', respond = '', base = '', judge = '', model = ''] = CANDIDATE;
    expect(outline(small.runs)).toEqual([
      'drpo',
      '  searchSystemPrompt',
      ...indented(2, ['sampleQueries', 'retrieveExamples']),
      // the root’s own rewards were not selected ahead: they are, while the base model answers
      ...indented(2, [root, respond, base, '    reward model', judge, model]),
      ...indented(2, ['selectRewards', '  reward model', 'selectRewards', '  reward model']),
      ...indented(2, ['rankLevel', ...level, ...level, 'conclude']),
      // the judge on the same four responses again; their rewards come from the run's store
      ...Array.from({ length: 4 }, () => ['  judgeReliability', '    reward model', '    judge model']).flat(),
    ]);
  });

  it('says whose run it is, and which node of the tree', () => {
    const run = basename(small.folder);
    for (const one of small.runs) {
      expect(one.session_name).toBe('prompts');
      expect(one.tags).toEqual(expect.arrayContaining(['default', 'seed:42', 'try']));
      expect(metadata(one)).toMatchObject({ run, thread_id: run, preset: 'default', seed: 42 });
    }
    const retested = new Set(
      small.runs.filter((one) => one.name === 'judgeReliability').map((one) => metadata(one)['node']),
    );
    expect(retested.size).toBe(4);
    const judged = small.runs.filter((one) => one.name === 'judge model').map((one) => metadata(one));
    expect(judged.map(({ node, depth }) => `${String(node)} at ${String(depth)}`).sort()).toEqual(
      journal(small)
        .flatMap(({ id, depth }) => Array.from({ length: retested.has(id) ? 2 : 1 }, () => `${id} at ${depth}`))
        .sort(),
    );
  });

  it('counts the tokens of each model call, and their cost where there is a price', () => {
    // an answer from the run's store has no tokens of its own
    const calls = small.runs.filter((one) => one.run_type === 'llm' && metadata(one)['usage_metadata'] !== undefined);
    expect(calls.length).toBe(Object.values(result(small).calls).reduce((a, b) => a + b, 0));
    for (const call of calls) {
      const { role, usage_metadata: usage } = metadata(call) as {
        role: string;
        usage_metadata: Record<string, number>;
      };
      const { input_tokens: input = 0, output_tokens: output = 0 } = usage;
      expect(call.name).toBe(`${role} model`);
      expect(Math.min(input, output)).toBeGreaterThan(0);
      expect(usage['total_cost'] ?? 0).toBeCloseTo(role === 'base' ? (input + 10 * output) / 1e6 : 0, 9);
    }
    const { tokens, usd } = result(small);
    const sum = (of: string): number =>
      calls.reduce((s, c) => s + ((metadata(c)['usage_metadata'] as Record<string, number>)[of] ?? 0), 0);
    expect(sum('input_tokens')).toBe(Object.values(tokens).reduce((s, t) => s + t.input, 0));
    expect(sum('total_cost')).toBeCloseTo(usd, 9);
  });

  it('has the rewards as feedback on their candidates, by aspect and with the judge’s remarks', () => {
    const given = feedbackIn(small.requests);
    const candidates = small.runs.filter((one) => one.name === 'respondAndJudge');
    for (const { id, reward, evaluation } of journal(small)) {
      const run = candidates.find((one) => metadata(one)['node'] === id);
      const mine = given.filter((one) => one.run_id === run?.id);
      expect(mine.find((one) => one.key === 'reward')?.score).toBeCloseTo(reward, 3);
      for (const [key, { score, rationale: comment }] of Object.entries(evaluation))
        expect(mine).toContainEqual(expect.objectContaining({ key, score, comment, session_id: SESSION }));
      expect(mine.length).toBe(1 + Object.keys(evaluation).length);
    }
    expect(candidates.length).toBe(journal(small).length);
  });
});

it('shows both stages and the final, and LANGSMITH_PROJECT wins over the config', async () => {
  const rewrite = ['examples.rewrite=true', 'examples.rewriteLimit=2', 'examples.rewriteRounds=1'];
  const whole = await traced([...rewrite, 'search.depth=6'], { LANGSMITH_PROJECT: 'of the environment' });
  isWhole(whole.runs);
  expect(new Set(whole.runs.map((one) => one.session_name))).toEqual(new Set(['of the environment']));
  const under = new Map(whole.runs.map((one) => [one.id, one.name]));
  const edges = new Set(whole.runs.map((one) => `${under.get(one.parent_run_id ?? '') ?? ''} > ${one.name}`));
  const wanted = ['drpo > rewriteExamples', 'rewriteExamples > rewriteOne', 'rewriteOne > rewriteExample'];
  const final = ['searchSystemPrompt > compareOnHeldOut', 'compareOnHeldOut > respondAndJudge'];
  for (const edge of [...wanted, ...final, 'compareOnHeldOut > halve', 'compareOnHeldOut > decide'])
    expect(edges).toContain(edge);
  const judged = whole.runs.filter((one) => one.name === 'respondAndJudge');
  const scored = new Set(feedbackIn(whole.requests).map((one) => one.run_id));
  expect(judged.every((one) => scored.has(one.id))).toBe(true);
});

it('a run stopped by its budget leaves no run open', async () => {
  const stopped = await traced(['search.depth=4', 'budget.calls=25']);
  expect(stopped.status).toBe(3);
  isWhole(stopped.runs);
});

it('no key is in what is sent', async () => {
  const port = await freePort();
  const choices = [{ index: 0, message: { role: 'assistant', content: 'An answer.' }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ choices, usage })),
  ).listen(port);
  const base = `models.base={"model":"m","baseUrl":"http://127.0.0.1:${port}/v1","apiKeyEnv":"BASE_KEY"}`;
  const { status, requests, runs } = await traced(['search.depth=2', base], { BASE_KEY: 'sk-neverToBeSeen' });
  server.close();
  expect([status, runs.some((one) => metadata(one)['ls_model_name'] === 'm')]).toEqual([0, true]);
  for (const { headers, body, url } of requests) {
    const { 'x-api-key': own, ...others } = headers;
    expect(own === undefined || own === KEY).toBe(true);
    expect(`${url} ${JSON.stringify(others)} ${body.toString()}`).not.toContain('neverToBeSeen');
  }
});

it('texts are masked on demand: no prompt, query, response, aspect or remark goes out', async () => {
  const hide = { LANGSMITH_HIDE_INPUTS: 'true', LANGSMITH_HIDE_OUTPUTS: 'true' };
  const hidden = await traced(['search.depth=2'], hide);
  const sent = hidden.requests.map(({ body }) => body.toString()).join('\n');
  for (const { prompt, query, response, evaluation } of journal(hidden)) {
    const remarks = Object.entries(evaluation).flatMap(([aspect, { rationale }]) => [aspect, rationale]);
    for (const text of [prompt, query, response, ...remarks])
      expect(sent).not.toContain(JSON.stringify(text).slice(1, -1));
  }
  expect(new Set(feedbackIn(hidden.requests).map((one) => one.key))).toEqual(new Set(['reward']));
  isWhole(hidden.runs);
});

interface Node {
  id: string;
  depth: number;
  prompt: string;
  query: string;
  response: string;
  reward: number;
  evaluation: Record<string, { score: number; rationale: string }>;
}

const journal = ({ folder }: Traced): Node[] =>
  readFileSync(join(folder, 'nodes.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Node);

const result = ({
  folder,
}: Traced): { usd: number; calls: Record<string, number>; tokens: Record<string, { input: number }> } =>
  JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as ReturnType<typeof result>;
