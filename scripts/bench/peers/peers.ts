// The tools that the bench compares. Each gets the counting proxy, the training queries in the order of a seed, and a budget.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { getRealCacheFolder, preparePython } from '../../real/realModels.ts';
import { BASE_TOKENS, OPTIMIZER_TOKENS } from './countingProxy.ts';
import { PEER_TASK } from './peerTask.ts';

/** One search. `tokens`: what it may spend, in and out, of both models together. */
export interface PeerSearch {
  url: string;
  queries: readonly string[];
  tokens: number;
  seed: number;
  folder: string;
}

/** A tool. `optimize` returns the prompt that it found, and `createMessages` sends a prompt as the tool does. */
export interface Peer {
  firstPrompt: string;
  optimize: (search: PeerSearch) => Promise<string>;
  createMessages: (prompt: string, query: string) => { role: string; content: string }[];
}

const FIRST_PROMPT = 'You are a helpful assistant.';
/** Queries on which GEPA ranks its prompts. The others are those from which it draws what it reflects on. */
const GEPA_VALIDATION = 6;
const PROMPTFOO_VERSION = '0.123.1';
/** promptfoo asks three rounds of three prompts, and each prompt all tests: this number fits the default budget. */
const PROMPTFOO_TESTS = 3;
/** Tokens that drpo's final takes here, and each level of its search. */
const DRPO_TOKENS = { final: 3500, level: 1250 };
const TIMEOUT_MS = 3_600_000;
const root = join(import.meta.dirname, '../../..');

const createSystemMessages: Peer['createMessages'] = (prompt, query) => [
  { role: 'system', content: prompt },
  { role: 'user', content: query },
];

/** The depth of a search that leaves enough of a budget for the final, 4 or more. */
const pickDepth = (tokens: number): number => Math.max(4, Math.round((tokens - DRPO_TOKENS.final) / DRPO_TOKENS.level));

async function optimizeWithDrpo({ url, queries, tokens, seed, folder }: PeerSearch): Promise<string> {
  writeFileSync(join(folder, 'queries.json'), JSON.stringify(queries));
  const role = (model: string, maxTokens: number) => ({ model, baseUrl: url, maxTokens, timeoutSeconds: 600 });
  const config = {
    ...PEER_TASK,
    initialPrompt: FIRST_PROMPT,
    models: { base: role('base', BASE_TOKENS), optimizer: role('optimizer', OPTIMIZER_TOKENS) },
    queries: { files: ['queries.json'], seed },
    search: { beamWidth: 2, actions: 2, depth: pickDepth(tokens), maxDepthIncrease: 0 },
    final: { candidates: 3, selectionQueries: 4, proof: { maxQueries: 8 } },
    budget: { tokens },
  };
  writeFileSync(join(folder, 'drpo.json'), JSON.stringify(config));
  const [file, out] = [join(folder, 'drpo.json'), join(folder, 'run')];
  // 3: the budget is spent, and the best prompt so far was written
  await runTool('npm', ['run', '-s', 'drpo', '--', 'optimize', '--quiet', '--config', file, '--out', out], {
    cwd: root,
    allowed: [3],
  });
  return readFileSync(join(out, 'prompt.txt'), 'utf8').trim();
}

async function optimizeWithGepa({ url, queries, tokens, seed, folder }: PeerSearch): Promise<string> {
  const python = await preparePython('gepa');
  const [train, validation] = [queries.slice(GEPA_VALIDATION), queries.slice(0, GEPA_VALIDATION)];
  const task = { url, prompt: FIRST_PROMPT, train, validation, tokens, seed, folder: join(folder, 'gepa') };
  writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
  const output = await runTool(python, [join(import.meta.dirname, 'gepaRun.py'), join(folder, 'task.json')], {});
  return output.trim();
}

/**
 * promptfoo has no budget: it asks three rounds of three prompts, so the number of tests decides what it spends. Its optimizer is the
 * default model of the key in the environment, whatever the config names (findings/promptfoo-optimize-unnamed-model.sh).
 */
async function optimizeWithPromptfoo({ url, queries, folder }: PeerSearch): Promise<string> {
  const config = {
    prompts: [TEXT_PROMPT],
    providers: [{ id: 'openai:chat:base', config: { apiBaseUrl: url, max_tokens: BASE_TOKENS } }],
    defaultTest: { assert: [{ type: 'javascript', value: 'file://score.mjs' }] },
    tests: queries.slice(0, PROMPTFOO_TESTS).map((question) => ({ vars: { question } })),
  };
  writeFileSync(join(folder, 'promptfooconfig.json'), JSON.stringify(config));
  copyFileSync(join(import.meta.dirname, 'promptfooScore.mjs'), join(folder, 'score.mjs'));
  const output = await runTool(
    process.execPath,
    [await preparePromptfoo(), 'optimize', '-c', join(folder, 'promptfooconfig.json')],
    {
      cwd: folder,
      allowed: [1],
      env: {
        OPENAI_API_KEY: 'none',
        OPENAI_BASE_URL: url,
        SCORE_URL: url.replace(/v1$/, 'score'),
        PROMPTFOO_CONFIG_DIR: folder,
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
        PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
      },
    },
  );
  writeFileSync(join(folder, 'promptfoo.log'), output);
  return readBestPrompt(output);
}

/** Reads the prompt between the heading "Best prompt" and the border after it. Without a usable rewrite in its first round, promptfoo fails. */
function readBestPrompt(output: string): string {
  if (/Failed to (generate|parse) optimized prompt|no usable prompt candidates/.test(output)) return TEXT_PROMPT;
  const lines = stripVTControlCharacters(output).split('\n');
  const from = lines.findIndex((line) => line.endsWith('Best prompt')) + 1;
  const to = lines.findIndex((line, i) => i > from && /[-=─]{20}/.test(line));
  if (from === 0 || to < 0) throw new Error(`expected promptfoo to print its best prompt, got ${output.slice(-2000)}`);
  return lines.slice(from, to).join('\n').trim();
}

/** Returns promptfoo's command, installed beside the real models (1.9 GB). */
async function preparePromptfoo(): Promise<string> {
  const folder = join(getRealCacheFolder(), `promptfoo-${PROMPTFOO_VERSION}`);
  const manifest = join(folder, 'node_modules/promptfoo/package.json');
  if (!existsSync(manifest)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await runTool('npm', ['install', '--ignore-scripts', `promptfoo@${PROMPTFOO_VERSION}`], { cwd: folder });
  }
  const { bin } = Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  return join(manifest, '..', bin.promptfoo);
}
const Manifest = z.object({ bin: z.object({ promptfoo: z.string() }) });

/** Runs a program to its end, and returns what it printed. @throws Error if it fails with another status than those allowed */
async function runTool(
  program: string,
  args: readonly string[],
  { allowed = [], env = {}, ...place }: { cwd?: string; env?: Record<string, string>; allowed?: readonly number[] },
): Promise<string> {
  try {
    const options = { ...place, env: { ...process.env, ...env }, timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 };
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (error) {
    const [status, stdout, stderr] = ['code', 'stdout', 'stderr'].map((key): unknown =>
      Reflect.get(Object(error), key),
    );
    if (allowed.some((one) => status === one)) return `${String(stdout)}${String(stderr)}`;
    throw error;
  }
}

const TEXT_PROMPT = `${FIRST_PROMPT}\n\n{{question}}`;

/** The tools by name. promptfoo improves one text that holds the question, so it goes as one user message. */
export const PEERS: Readonly<Record<string, Peer>> = {
  drpo: { firstPrompt: FIRST_PROMPT, optimize: optimizeWithDrpo, createMessages: createSystemMessages },
  gepa: { firstPrompt: FIRST_PROMPT, optimize: optimizeWithGepa, createMessages: createSystemMessages },
  promptfoo: {
    firstPrompt: TEXT_PROMPT,
    optimize: optimizeWithPromptfoo,
    createMessages: (prompt, question) => [
      { role: 'user', content: prompt.replaceAll(/\{\{\s*question\s*\}\}/g, () => question) },
    ],
  },
};
