import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drpo } from '../shared/cli.ts';
import { recordLangSmith, type Recorder } from '../run/tracing/langsmith.ts';
import type { Feedback } from '../run/tracing/runs.ts';
import { spansIn, type Span } from './spans.ts';

const KEY = 'lsv2_pt_neverToBeSeen';
const folder = mkdtempSync(join(tmpdir(), 'otel-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A command with LangSmith's tracing in OpenTelemetry's way, and what arrived. */
async function sent(args: readonly string[]): Promise<{ spans: Span[]; feedback: Feedback[]; server: Recorder }> {
  const server = await recordLangSmith();
  const env = { LANGSMITH_TRACING: 'true', LANGSMITH_OTEL_ENABLED: 'true', LANGSMITH_ENDPOINT: server.url };
  const flags = ['--optimizer', 'simulated', '--quiet'];
  const { status, stderr } = await drpo([...args, ...flags], { ...env, LANGSMITH_API_KEY: KEY });
  server.close();
  expect([status, stderr]).toEqual([0, '']);
  const to = (path: string) => server.requests.filter(({ url }) => url.startsWith(path));
  for (const { body } of server.requests) expect(body.toString('latin1')).not.toContain(KEY);
  expect(to('/runs')).toEqual([]);
  return {
    spans: to('/otel/v1/traces').flatMap(({ body }) => spansIn(body)),
    feedback: to('/feedback').map(({ body }) => JSON.parse(body.toString()) as Feedback),
    server,
  };
}

/** Names from a span up to its trace's first. */
const pathOf = (span: Span | undefined, spans: readonly Span[]): string[] =>
  span === undefined
    ? []
    : [
        span.name,
        ...pathOf(
          spans.find((one) => one.id === span.parent),
          spans,
        ),
      ];
/** The id LangSmith gives a run that it receives as a span. */
const runId = (span: string): string => `00000000-0000-0000-${span.slice(0, 4)}-${span.slice(4)}`;
/** Every span has ended and every parent has arrived. */
const isWhole = (spans: readonly Span[]): boolean =>
  spans.every(({ parent, ended }) => ended && (parent === '' || spans.some(({ id }) => id === parent)));

describe('a run through OpenTelemetry', () => {
  let run: Awaited<ReturnType<typeof sent>>;
  beforeAll(async () => {
    run = await sent(['optimize', '--set', 'search.depth=2', '--out', join(folder, 'run')]);
  });

  it('is one trace of spans, each under its parent', () => {
    const { spans } = run;
    expect([isWhole(spans), new Set(spans.map(({ trace }) => trace)).size]).toEqual([true, 1]);
    expect(
      pathOf(
        spans.find(({ attributes }) => attributes['langsmith.trace.name'] === 'judge model'),
        spans,
      ),
    ).toEqual(['judge model', 'judge', 'respondAndJudge', 'searchSystemPrompt', 'drpo']);
    const base = spans.find(({ name }) => name === 'base model');
    expect(base?.attributes).toMatchObject({
      'langsmith.span.kind': 'llm',
      'langsmith.metadata.role': 'base',
      'gen_ai.prompt': expect.stringContaining('You are a helpful assistant.'),
      'langsmith.usage_metadata': expect.stringContaining('input_tokens'),
    });
  });

  it('has the rewards as feedback on the ids LangSmith gives its spans', () => {
    const candidates = new Set(run.spans.filter(({ name }) => name === 'respondAndJudge').map(({ id }) => runId(id)));
    const root = run.spans.find(({ parent }) => parent === '');
    const rewards = run.feedback.filter(({ key }) => key === 'reward');
    expect(rewards.length).toBe(candidates.size);
    for (const one of run.feedback)
      expect([candidates.has(one.run_id), one.trace_id]).toEqual([true, runId(root?.id ?? '')]);
  });
});

it('an evaluation is an experiment there too, with one trace per instruction and its example', async () => {
  const file = join(folder, 'two.json');
  writeFileSync(file, JSON.stringify(['Why do cats purr?', 'What is a loan?']));
  const { spans, feedback, server } = await sent([
    'evaluate',
    '--method',
    'base',
    '--instructions',
    file,
    '--out',
    join(folder, 'e'),
  ]);
  const roots = spans.filter(({ parent }) => parent === '');
  expect([isWhole(spans), roots.length]).toEqual([true, 2]);
  expect(new Set(roots.map(({ attributes }) => attributes['langsmith.reference_example_id']))).toEqual(
    new Set(server.examples.map(({ id }) => id)),
  );
  expect(new Set(roots.map(({ attributes }) => attributes['langsmith.trace.session_name']))).toEqual(
    new Set(server.sessions.map(({ name }) => name)),
  );
  expect(new Set(feedback.map((one) => one.run_id))).toEqual(new Set(roots.map(({ id }) => runId(id))));
  expect(feedback.length).toBe(12);
});
