import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { computeWordVector } from './computeWordVector.ts';

/** The version whose verdicts the test holds. Give the folder of an installed one as the first argument to skip the installation. */
const VERSION = '0.123.1';
/** The port that configs/similar.yaml names. */
const PORT = 48219;

const folder = resolve(import.meta.dirname, '../../../test/run/init/promptfoo/configs');
const work = mkdtempSync(join(tmpdir(), 'drpo-promptfoo-'));
const installed = process.argv[2] ?? work;
if (process.argv[2] === undefined)
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', work, `promptfoo@${VERSION}`], {
    stdio: 'inherit',
  });

interface Graded {
  pass: boolean;
  score: number;
  assertion?: { type: string } | null;
}
interface EvaluatedTest {
  testIdx: number;
  promptIdx: number;
  success: boolean;
  error?: string;
  response?: { output?: unknown };
  gradingResult?: (Graded & { componentResults?: Graded[] }) | null;
}

/** Embeddings by the words of a text, for assertions of the kind "similar". */
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += String(piece)));
  request.on('end', () => {
    const { input } = JSON.parse(body) as { input: string | string[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only promptfoo sends requests
    const data = [input]
      .flat()
      .map((text, index) => ({ object: 'embedding', index, embedding: computeWordVector(text) }));
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ object: 'list', data, model: 'words', usage: { prompt_tokens: 1, total_tokens: 1 } }),
    );
  });
}).listen(PORT, '127.0.0.1');
await once(server, 'listening');

const verdicts: Record<string, unknown> = {};
for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml') && file !== 'more.yaml')) {
  const output = join(work, `${name}.json`);
  const { spawn } = await import('node:child_process');
  const child = spawn(
    process.execPath,
    [
      join(installed, 'node_modules/promptfoo/dist/src/entrypoint.js'),
      'eval',
      '-c',
      name,
      '-o',
      output,
      '--no-cache',
      '--no-table',
      '--no-progress-bar',
      '-j',
      '1',
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PROMPTFOO_CONFIG_DIR: work,
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
        PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
        PROMPTFOO_DISABLE_SHARING: '1',
        PROMPTFOO_SELF_HOSTED: '1',
      },
    },
  );
  await once(child, 'exit');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of the pinned version
  const { results } = JSON.parse(readFileSync(output, 'utf8')) as { results: { results: EvaluatedTest[] } };
  verdicts[name] = results.results
    .filter(({ promptIdx }) => promptIdx === 0)
    .toSorted((a, b) => a.testIdx - b.testIdx)
    .map(({ success, error, response, gradingResult }) => ({
      output: response?.output,
      pass: success,
      assertions: (gradingResult?.componentResults ?? []).map(({ assertion, pass, score }) => ({
        type: assertion?.type ?? 'assert-set',
        pass,
        score,
      })),
      ...(gradingResult == null && error !== undefined && { error }),
    }));
  process.stderr.write(`${name}: ${results.results.length} results\n`);
}
server.close();
writeFileSync(join(folder, '../verdicts.json'), `${JSON.stringify({ version: VERSION, verdicts }, null, 1)}\n`);
rmSync(work, { recursive: true });
