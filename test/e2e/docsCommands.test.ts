import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCodeBlocks, listPages, readPage } from '../docs/pages.ts';
import { listTypedLines } from '../docs/shellCommands.ts';
import { recordLangSmith, type Recorder } from '../run/tracing/langsmith.ts';
import { run } from '../shared/cli.ts';
import { createCheckout, createDocsEnv, writeDocsFiles } from './docsFiles.ts';
import { servePlaceholderModels } from './placeholderModels.ts';

/** Commands that are not run here, and why. A line is named by its beginning. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^npm ci && npm test/, 'installs, and runs the tests: .ci/run does both'],
  [/^npm (install|i) |^pip install /, 'installs from a registry'],
  [/npm run -s test:e2e/, 'these tests'],
  [/npm run studio/, 'npx fetches LangGraph’s server; langgraphServer.test.ts starts it'],
  [/--remote http/, 'needs LangGraph’s server; remote.test.ts searches there'],
  [/langgraph-cli@|^docker /, 'fetches LangGraph’s command line, or needs Docker'],
  [/startRealServer/, 'needs real weights; test/real starts it'],
  [/anthropic/i, 'Anthropic’s own API; providers.test.ts sends its requests'],
  [
    / --batch/,
    'needs a provider’s endpoint for batches, and just-eval from its address; batchedExperiment.test.ts tries it',
  ],
  [/postgres/i, 'needs a Postgres; postgres.test.ts runs one'],
];

/** Commands that serve until they are ended: what they print when they are ready. */
const SERVING: readonly (readonly [RegExp, RegExp])[] = [[/drpo serve/, /http:..127\.0\.0\.1:[0-9]+/]];

interface Typed {
  page: string;
  line: string;
}

const typed: Typed[] = [...listPages(), readPage('skills/drpo/SKILL.md')].flatMap((page) =>
  listCodeBlocks(page)
    .flatMap(listTypedLines)
    .map((line) => ({ page: page.file, line })),
);
const isRun = ({ line }: Typed): boolean => !NOT_RUN.some(([pattern]) => pattern.test(line));
const pages = [...new Set(typed.filter(isRun).map(({ page }) => page))];

const home = mkdtempSync(join(tmpdir(), 'drpo-docs-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the commands of README, docs and the skill', () => {
  let url = '';
  let langSmith: Recorder;
  beforeAll(async () => {
    [url, langSmith] = [await servePlaceholderModels(), await recordLangSmith()];
    langSmith.dataSets.push({ id: DATA_SET, name: 'support-questions' });
    const dates = { created_at: '2026-11-30T00:00:00Z', modified_at: '2026-11-30T00:00:00Z' };
    langSmith.examples.push({
      id: DATA_SET,
      dataset_id: DATA_SET,
      inputs: { query: 'Can I return a bell?' },
      ...dates,
    });
    createCheckout(join(home, 'checkout'));
    await writeDocsFiles(join(home, 'checkout'), url);
  });
  afterAll(() => langSmith.close());

  it('are run, or it is said why they are not', () => {
    const unused = NOT_RUN.filter(([pattern]) => !typed.some(({ line }) => pattern.test(line)));
    expect(unused).toEqual([]);
    expect(typed.filter(isRun).length).toBeGreaterThan(50);
  });

  it.each(pages)('of %s end well', async (page) => {
    const folder = join(home, page.replace(/\W/g, '-'));
    cpSync(join(home, 'checkout'), folder, { recursive: true, verbatimSymlinks: true });
    const lines = typed.filter((one) => one.page === page && isRun(one)).map(({ line }) => line);
    for (const made of lines.join('\n').matchAll(/(?:optimize|plan|branch|judge|evaluate) .*--out (runs\/\S+)/g))
      rmSync(join(folder, made[1] ?? ''), { recursive: true, force: true });
    if (/drpo init *$/m.test(lines.join('\n')))
      for (const name of ['drpo.yaml', 'questions.csv', '.env.example']) rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, 'typed.sh'), lines.map((line, i) => renderStep(adaptLine(line, url), i)).join('\n'));
    const env = { ...process.env, ...createDocsEnv(folder, url), LANGSMITH_ENDPOINT: langSmith.url };
    const { stdout, stderr } = await run('bash', ['typed.sh'], { cwd: folder, env });
    const ends = [...stdout.matchAll(/^:::(\d+) (\d+)$/gm)].map(([, i, status]) => ({
      line: lines[Number(i)],
      status,
    }));
    const wrong = ends.filter(({ status }) => status !== '0');
    expect({ wrong, stderr: wrong.length > 0 ? stderr.slice(-1500) : '' }).toEqual({ wrong: [], stderr: '' });
    expect(ends.length).toBe(lines.length);
  });
});

/** A line that names another machine's address or the reader's own program, for this machine. */
const adaptLine = (line: string, url: string): string =>
  line
    .replace(/^npm ci && /, '') // installs: .ci/run does
    .replace(/^npm .*--approve/, 'my-program | $&') // a person's answers
    .replaceAll(/http:\/\/127\.0\.0\.1:(?:80\d\d|4000)\/v1/g, url);

/** One step of the script: the line in the same shell, so that `cd` and `export` last, and a mark with its exit code. */
function renderStep(line: string, i: number): string {
  const [, ready] = SERVING.find(([pattern]) => pattern.test(line)) ?? [];
  const command = ready ? `serve_until '${ready.source}' <<'LINE'\n${line}\nLINE` : `{ ${line}\n}`;
  return `${command}\nstatus=$?; printf '\\n:::${i} %s\\n' $status\nfill_questions`;
}

const DATA_SET = '00000000-0000-4000-8000-0000000000cc';
