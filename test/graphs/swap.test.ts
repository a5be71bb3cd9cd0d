import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { drpo, paperNodes, type Nodes } from '../../index.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';

const root = resolve(import.meta.dirname, '../..');
const roles = {
  base: createSimulatedModel('base'),
  reward: createSimulatedModel('reward'),
  judge: createSimulatedModel('judge'),
  optimizer: createSimulatedModel('optimizer'),
};
const input = {
  queries: ['How do tides work?', 'Write a poem on rain.', 'What is a loan?'],
  examples: [{ query: 'Hi?', answer: 'Hello.' }],
};

describe('a swap of each node', () => {
  const calls: string[] = [];
  const nodes = paperNodes(roles);
  const swaps: { [K in keyof Nodes]: Nodes[K] } = {
    sampleQueries: async (reads) => (
      calls.push('sampleQueries'),
      nodes.sampleQueries({ queries: reads.queries.toReversed() })
    ),
    retrieveExamples: async ({ queries }) => (
      calls.push('retrieveExamples'),
      { exampleIndices: queries.map(() => [0]) }
    ),
    selectRewards: async () => (
      calls.push('selectRewards'),
      { rewards: [{ name: 'Rhyme', scoring: '5 when it rhymes' }], reasoning: '' }
    ),
    respond: async ({ query }) => (calls.push('respond'), { response: `Well: ${query}` }),
    judge: async ({ response }) => (
      calls.push('judge'),
      { evaluation: { Rhyme: { rationale: 'so', score: response.length > 20 ? 3 : 4 } } }
    ),
    rewriteSystemPrompt: async ({ prompt }) => (
      calls.push('rewriteSystemPrompt'),
      { prompts: [`${prompt} Better.`], refused: [] }
    ),
    rewriteExample: async ({ response }) => (calls.push('rewriteExample'), { response: `${response} Gladly.` }),
  };

  it.each(Object.keys(swaps) as (keyof Nodes)[])('%s runs', async (name) => {
    calls.length = 0;
    const graph = drpo({ ...nodes, [name]: swaps[name] }, { depth: 2, actions: 1, rewrite: true, rewriteRounds: 1 });
    const { bestPrompt } = await graph.invoke(input, { configurable: { thread_id: 'a' } });
    expect(typeof bestPrompt).toBe('string');
    expect(calls).toContain(name);
  });
});

describe('a wrong swap', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(root, 'test', '.swap-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the compiler says of each swap, all compiled at once. */
  const compiled = async (swaps: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
    for (const [name, swap] of Object.entries(swaps))
      writeFileSync(
        join(folder, `${name}.ts`),
        `import { drpo, paperNodes, type Models } from '../../index.ts';\ndeclare const models: Models;\ndrpo({ ...paperNodes(models), ${swap} });\n`,
      );
    const settings = { extends: '../../tsconfig.json', include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const said = await new Promise<string>((done) =>
      execFile(join(root, 'node_modules/.bin/tsc'), ['-p', folder], (_, stdout) => done(stdout)),
    );
    const errors = said.split(/\n(?=\S)/);
    const of = (name: string): string => errors.filter((e) => e.includes(`${name}.ts(`)).join('\n');
    return Object.fromEntries(Object.keys(swaps).map((name) => [name, of(name)]));
  };

  it('fails to compile, and the error names the field', async () => {
    const errors = await compiled({
      right: `judge: async () => ({ evaluation: {} })`,
      wrongJudge: `judge: async () => ({ verdict: 4 })`,
      wrongRespond: `respond: async () => ({ response: 7 })`,
      wrongQueries: `sampleQueries: async () => ({ queries: 7 })`,
    });
    expect(errors['right']).toBe('');
    expect(errors['wrongJudge']).toMatch(/evaluation/);
    expect(errors['wrongRespond']).toMatch(/response/);
    expect(errors['wrongQueries']).toMatch(/queries/);
  });
});
