import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonOutcome } from '../../evals/compare/comparisonOutcome.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import { readRunView } from '../../run/writeReport.ts';
import type { ProofVerdict } from '../../state/verdict.ts';
import type { Seen } from '../models/fake.ts';
import type { Ran } from '../shared/cli.ts';
import { drpoHere } from '../shared/here.ts';
import { readLastingResult } from '../shared/lastingResult.ts';
import {
  createFolder,
  findAskedPrompt,
  isOfCut,
  readResult,
  readText,
  serveShortening,
  SHORT,
  WHOLE,
} from '../shared/shortening.ts';

let config = '';
let seen: Seen[] = [];
let onAsked: (request: Seen) => void = () => undefined;
/** An unbroken run, its requests, and how many of them came before its first cut. */
const plain = createFolder();
let needed = 0;
let beforeCuts = 0;
beforeAll(async () => {
  ({ config, seen } = await serveShortening((request) => onAsked(request)));
  expect((await search(plain)).status).toBe(0);
  [needed, beforeCuts] = [seen.length, seen.findIndex(isOfCut)];
});
beforeEach(() => {
  seen.length = 0;
  onAsked = () => undefined;
});

const search = (out: string, ...more: string[]): Promise<Ran> =>
  drpoHere(['optimize', '--config', config, '--out', out, ...more]);
const copy = (): string => {
  const to = createFolder();
  cpSync(plain, to, { recursive: true });
  return to;
};
const listAskedPrompts = (): Set<string | undefined> => new Set(seen.map(findAskedPrompt).filter(Boolean));
const readLast = <T>({ stdout }: Ran): T => JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;

it('the shortened prompt is the same in all files and in each format of the export', async () => {
  const { bestPrompt, final, verdict } = readResult(plain);
  expect([bestPrompt, final?.shortened?.prompt, readText(plain, 'prompt.txt')]).toEqual([SHORT, SHORT, SHORT]);
  expect(verdict?.text).toMatch(/^better by .*, before it was shortened$/);
  expect(readRunView(plain).best.prompt).toBe(SHORT);
  expect(readText(plain, 'report.html')).toContain(`<pre dir="auto">${SHORT}</pre>`);
  const exported = async (form: string): Promise<string> =>
    (await drpoHere(['export', '--run', plain, '--to', form])).stdout;
  expect(await exported('text')).toBe(SHORT);
  expect(JSON.parse(await exported('messages'))).toEqual([{ role: 'system', content: SHORT }]);
  const written = await exported('promptfoo');
  expect(written).toContain(SHORT);
  expect(written).not.toContain('Be kind.');
  const levels = Object.values(JSON.parse(await exported('reference')) as Record<string, object>);
  expect(levels.at(-1)).toEqual({ Prompt: SHORT, 'Evaluation of the prompt': {} });
  expect(levels.at(-2)).toMatchObject({ Prompt: expect.stringContaining(WHOLE) });
});

it('its output.json imports as the shortened prompt', async () => {
  const out = join(createFolder(), 'imported');
  await drpoHere(['import', join(plain, 'output.json'), '--base', 'simulated', '--out', out]);
  expect(readText(out, 'prompt.txt')).toBe(SHORT);
});

it('a budget that ends before a cut is kept returns the whole winner with its verdict, and a larger one the same result', async () => {
  const out = createFolder();
  const stopped = await search(out, '--set', `budget.calls=${beforeCuts + 10}`);
  expect(stopped.status).toBe(3);
  expect(seen).toHaveLength(beforeCuts + 10);
  const { bestPrompt, final, verdict } = readResult(out);
  expect([bestPrompt, readText(out, 'prompt.txt'), final?.shortened]).toEqual([WHOLE, WHOLE, undefined]);
  expect(verdict).toMatchObject({ outcome: 'better', text: expect.not.stringContaining('shortened') });
  expect(stopped.stdout).toMatch(/^Verdict: better by 2\.00 .*\n/);
  expect((await search(out, '--set', 'budget.calls=900')).status).toBe(0);
  expect(seen).toHaveLength(needed);
  expect(readLastingResult(out)).toBe(readLastingResult(plain));
});

it('an interrupted run returns what the kept cuts left, and goes on to the same result', async () => {
  const out = createFolder();
  const stop = new AbortController();
  // a request of the second cut or of a later one
  onAsked = (request) => {
    if (isOfCut(request) && findAskedPrompt(request) !== `${SHORT}\n\nBe kind.`) stop.abort();
  };
  await optimize({ config: loadConfig({ file: config }), folder: out, signal: stop.signal });
  const { bestPrompt, stoppedBy, final, verdict } = readResult(out);
  expect([bestPrompt, stoppedBy, final?.shortened?.cuts]).toEqual([`${SHORT}\n\nBe kind.`, 'interrupted', 1]);
  expect(readText(out, 'prompt.txt')).toBe(bestPrompt);
  expect(verdict?.text).toMatch(/^better by .*, before it was shortened$/);
  await expect(drpoHere(['prove', '--run', out])).resolves.toMatchObject({
    stderr: expect.stringContaining('expected a run that has ended'),
  });
  onAsked = () => undefined;
  expect((await search(out)).status).toBe(0);
  expect(seen).toHaveLength(needed);
  expect(readLastingResult(out)).toBe(readLastingResult(plain));
});

it('prove asks the shortened prompt and the first one fresh queries, and its verdict says so', async () => {
  const run = copy();
  const { final, nodes } = readResult(run);
  const proven = await drpoHere(['prove', '--run', run, '--json']);
  const verdict = readLast<ProofVerdict>(proven);
  expect(verdict).toMatchObject({ outcome: 'better', queries: 6 });
  expect(verdict.text).toMatch(/^better by 2\.00 .*, after it was shortened$/);
  expect(listAskedPrompts()).toEqual(new Set(['Help.', SHORT]));
  const known = new Set([...nodes.map(({ query }) => query), ...(final?.shortened?.queries ?? [])]);
  const lines = readText(run, 'proof.jsonl').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as { query: string; challenger: { id: string } });
  const fresh = records.filter(({ challenger }) => challenger.id === final?.shortened?.id);
  expect(fresh).toHaveLength(6);
  expect(fresh.filter(({ query }) => known.has(query))).toEqual([]);
  expect(readResult(run)).toMatchObject({ bestPrompt: SHORT, verdict: { text: verdict.text } });
  expect(readRunView(run).answers.map(({ query }) => query)).toEqual(fresh.map(({ query }) => query));
  seen.length = 0;
  expect((await search(run)).stdout).toContain(`Verdict: ${verdict.text}. On 6 fresh queries`);
  expect(seen).toEqual([]);
});

it('a proof that the budget stops before its first answer leaves the verdict of the whole prompt', async () => {
  const run = copy();
  const before = readResult(run).verdict;
  const stopped = await drpoHere(['prove', '--run', run, '--set', `budget.calls=${needed}`]);
  expect(stopped).toMatchObject({ status: 3, stdout: expect.stringContaining(', before it was shortened.') });
  expect(stopped.stderr).toContain('The proof was stopped before it had enough answers');
  expect(stopped.stderr).not.toContain('The proof is settled');
  expect(readResult(run).verdict).toEqual(before);
});

it('compare asks the shortened prompt none of the queries that chose its cuts', async () => {
  const chose = readResult(plain).final?.shortened?.queries ?? [];
  expect(chose).toHaveLength(14);
  const queries = join(createFolder(), 'more.json');
  writeFileSync(queries, JSON.stringify([...chose, ...Array.from({ length: 6 }, (_, i) => `Another question ${i}?`)]));
  const flags = ['--config', config, '--queries', queries, '--out', createFolder(), '--json'];
  const compared = await drpoHere(['compare', 'initial', plain, ...flags]);
  expect(readLast<ComparisonOutcome>(compared).verdict).toMatchObject({ outcome: 'better', queries: 6 });
  expect(compared.stderr).toContain('14 of 20 queries are left out');
  expect(listAskedPrompts()).toEqual(new Set(['Help.', SHORT]));
});

it('a search that ends because little is to be gained has its winner shortened as well', async () => {
  const given = { models: { optimizer: 'simulated' }, search: { minExpectedGain: 0.35 }, final: { shorten: true } };
  const { stoppedBy, levels, final } = await optimize({ config: given, folder: createFolder() });
  expect([stoppedBy, levels]).toEqual(['expected-gain', 10]);
  expect([final?.shortened?.id, ...(final?.notes ?? [])].join()).toMatch(
    /~\d|the prompt was not shortened: of \d cuts/,
  );
});
