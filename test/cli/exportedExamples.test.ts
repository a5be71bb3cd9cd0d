import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportRun } from '../../evals/langsmith/exportRun.ts';
import { optimize, type Example, type OptimizedRun } from '../../index.ts';
import { parseYaml } from '../../run/config/parseYaml.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-exported-'));
const shown = new Set<string>();
let run: OptimizedRun;

beforeAll(async () => {
  run = await optimize({
    folder,
    config: { models: { optimizer: 'simulated' }, search: { depth: 6 }, examples: { choose: 'fixed' } },
    nodes: (nodes) => ({
      respond: (reads, config) => (shown.add(JSON.stringify(reads.examples)), nodes.respond(reads, config)),
    }),
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const exported = async (to: 'messages' | 'promptfoo'): Promise<string> => exportRun({ run: folder, to }, {});

it('exports the examples that all answers were given with, and no others', async () => {
  expect(shown.size).toBe(1);
  const [examples = []] = [...shown].map((text) => JSON.parse(text) as Example[]);
  expect(examples).toHaveLength(2);
  expect(JSON.parse(await exported('messages'))).toEqual([
    { role: 'system', content: run.bestPrompt },
    ...examples.flatMap(({ query, answer }) => [
      { role: 'user', content: query },
      { role: 'assistant', content: answer },
    ]),
  ]);
});

it('gives promptfoo the queries of the proof, not those that chose the prompt', async () => {
  const { tests } = parseYaml(await exported('promptfoo')) as { tests: { vars: { drpo_query: string } }[] };
  const queries = tests.map(({ vars }) => vars.drpo_query);
  expect(queries.length).toBeGreaterThan(1);
  expect(queries.toSorted()).toEqual(run.final?.proof?.toSorted());
  expect(queries.filter((query) => run.final?.queries.includes(query))).toEqual([]);
});
