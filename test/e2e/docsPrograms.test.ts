import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listCodeBlocks, listPages, root, type CodeBlock } from '../docs/pages.ts';
import { recordLangSmith } from '../run/tracing/langsmith.ts';
import { canServe, devServer } from './devServer.ts';
import { resolveDoors } from './resolveDoors.ts';

/** What makes a program of a block that is a part of one. */
interface Program {
  /** What it uses of docsGivens.ts. */
  given: string;
  /** Follows the block: prints what it found. */
  after?: string;
  /** It follows the page's block before it. */
  isContinued?: boolean;
}

/** The programs of each page's blocks, in their order. */
const PROGRAMS: Readonly<Record<string, readonly Program[]>> = {
  'README.md': [{ given: 'models, queries, examples', after: 'console.log(bestPrompt);' }],
  'docs/experiments.md': [
    {
      given: 'models, queries',
      after: `import { optimize } from 'drpo';
console.log((await optimize({ config: CONFIG, models, queries, nodes: brief, folder: 'runs/brief' })).bestPrompt);`,
    },
  ],
  'docs/library.md': [
    { given: '', after: 'console.log(bestPrompt, verdict?.text);' },
    {
      given: 'llm, models, price, queries',
      after: `import { optimize } from 'drpo';
const { nodes: judged } = await optimize({ config: CONFIG, models, queries, nodes, folder: 'runs/agent' });
if (!judged.every(({ response }) => response === 'A mug costs 7 euros.')) throw new Error('the agent did not answer');
console.log(judged.length);`,
    },
  ],
  'docs/models.md': [
    {
      given: 'models, queries',
      after: `import { drpo, paperNodes } from 'drpo';
const base = new LocalModel({});
const out = await drpo(paperNodes({ ...models, base }), { depth: 2, final: null }).invoke({ queries });
console.log(out.bestPrompt);`,
    },
  ],
  'docs/openevals.md': [
    {
      given: 'model, models, target',
      after: `const [result] = (await evaluate(target, { data: 'drpo mine', evaluators })).results;
if (result?.evaluationResults.results.every(({ score }) => typeof score === 'number') !== true)
  throw new Error('expected a score of each aspect, because evaluate tells of no evaluator that throws');
console.log(result.evaluationResults.results.length, concise);`,
    },
  ],
  'docs/server.md': [{ given: 'queries, examples' }],
  'docs/steer.md': [
    { given: 'decide, examples, models, queries', after: 'console.log(state);' },
    {
      given: '',
      after: `for await (const s of graph.getStateHistory(thread)) console.log(s.next);`,
      isContinued: true,
    },
  ],
};

/** Packages that are no dependency, in their shape. */
const STAND_INS: Readonly<Record<string, { code: string; types: string }>> = {
  openevals: {
    code: "export const CONCISENESS_PROMPT = '{inputs} {outputs}';\nexport const createLLMAsJudge = ({ feedbackKey }) => async () => ({ key: feedbackKey, score: true });\n",
    types: `export declare const CONCISENESS_PROMPT: string;
export declare const createLLMAsJudge: (given: { prompt: string; feedbackKey: string; judge: unknown }) =>
  (asked: { inputs: unknown; outputs: unknown }) => Promise<{ key: string; score: number | boolean; comment?: string }>;\n`,
  },
  'node-llama-cpp': {
    code: `const context = { getSequence: () => ({}), dispose: async () => {} };
export const getLlama = async () => ({ loadModel: async () => ({ createContext: async () => context }) });
export class LlamaChatSession { setChatHistory(history) { this.history = history; } async prompt(text) { return \`\${this.history.length} \${text}\`; } }\n`,
    types: 'export declare const getLlama: any, LlamaChatSession: any;\n',
  },
};

const CONFIG = '{ search: { depth: 2, maxDepthIncrease: 0 }, final: null }';
// inside the repository, so that packages are found
const folder = mkdtempSync(join(root, 'test/e2e/.blocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = promisify(execFile);

const isProgram = ({ language }: CodeBlock): boolean => language === 'ts' || language === 'js';
const pages = listPages().flatMap((page) => {
  const blocks = listCodeBlocks(page).filter(isProgram);
  return blocks.length > 0 ? [{ file: page.file, blocks }] : [];
});
const programs = pages.flatMap(({ file, blocks }) =>
  blocks.map((block, i) => ({
    name: `${file}:${block.line}`,
    page: file,
    path: join(folder, `${file.replace(/\W/g, '-')}-${i}.${block.language}`),
    text: writeProgram(file, blocks, i),
  })),
);

function writeProgram(page: string, blocks: readonly CodeBlock[], i: number): string {
  const program = PROGRAMS[page]?.[i];
  const before = program?.isContinued === true ? writeProgram(page, blocks, i - 1) : '';
  const given = program?.given ? `import { ${program.given} } from '../docsGivens.ts';` : '';
  return resolveDoors([before, given, blocks[i]?.text, program?.after?.replace('CONFIG', CONFIG)].join('\n'));
}

beforeAll(() => {
  for (const { path, text } of programs) writeFileSync(path, text);
  for (const [name, { code, types }] of Object.entries(STAND_INS)) {
    const home = join(folder, 'node_modules', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }));
    writeFileSync(join(home, 'index.js'), code);
    writeFileSync(join(home, 'index.d.ts'), types);
  }
  cpSync(join(root, 'examples/runs/bike-shop/questions.txt'), join(folder, 'questions.txt'));
  const drpoYaml = 'models: { optimizer: simulated }\nqueries: { files: [questions.txt] }\nsearch: { depth: 2 }\n';
  writeFileSync(join(folder, 'drpo.yaml'), drpoYaml);
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
  const config = { extends: '../../../tsconfig.json', compilerOptions, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
});

it('every TypeScript block of a page has a program', () => {
  expect(pages.map(({ file, blocks }) => [file, blocks.length])).toEqual(
    Object.entries(PROGRAMS).map(([file, list]) => [file, list.length]),
  );
});

it('every TypeScript block compiles', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const told = await run(process.execPath, [tsc, '-p', folder], { cwd: root }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  expect(told).toBe('');
});

it.each(programs.map((program) => [program.name, program] as const))('%s runs', async (_, { page, path, text }) => {
  if (page === 'docs/server.md' && !canServe) return; // LangGraph's own server is no dependency: .ci/run brings it
  const server = page === 'docs/server.md' ? await devServer() : null;
  const langSmith = await recordLangSmith();
  langSmith.dataSets.push({ id: DATA_SET, name: 'drpo mine' });
  const dates = { created_at: '2026-11-30T00:00:00Z', modified_at: '2026-11-30T00:00:00Z' };
  langSmith.examples.push({ id: DATA_SET, dataset_id: DATA_SET, inputs: { query: 'Why?' }, ...dates });
  if (server) writeFileSync(path, text.replace('http://127.0.0.1:2024', server.url));
  const env = {
    ...process.env,
    LANGSMITH_ENDPOINT: langSmith.url,
    LANGSMITH_API_KEY: 'none',
    LANGSMITH_TRACING: 'false',
  };
  try {
    const args = ['--disable-warning=ExperimentalWarning', path];
    const { stdout } = await run(process.execPath, args, { cwd: folder, env });
    expect(stdout.trim()).not.toBe('');
  } finally {
    langSmith.close();
    await server?.close();
  }
});

const DATA_SET = '00000000-0000-4000-8000-0000000000cc';
