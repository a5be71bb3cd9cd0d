import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listEncodings } from '../../models/secretEncodings.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import type { LanguageRole } from '../../models/roles.ts';
import { startChatServer } from '../../server/openai/startChatServer.ts';
import { chat, serve, type Seen } from '../models/fake.ts';
import { drpoHere } from '../shared/here.ts';
import { recordLangSmith, type Recorder } from './tracing/langsmith.ts';

const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const satisfies LanguageRole[];
const SECRETS = {
  KEY_OF_BEARER: 'Qz7-bearer"V4lue\\8Kd0PmX2',
  KEY_OF_HEADER: 'h3ad3r&Token<9f8e7d6c5b4a>',
  KEY_OF_QUERY: 'query/p4ss+w0rd=Zx9Yw8',
};
/** Variables that LangSmith's client would send with each run. */
const UNSENT = {
  LANGSMITH_TEAM_NAME: 'variable-6Hs8Kq1Zr',
  LANGCHAIN_NOTES: 'variable-0Xv5Tb3Wc',
  GITHUB_SHA: 'variable-2Lp7Md9Fe',
};
const folder = mkdtempSync(join(tmpdir(), 'drpo-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All forms in which a hostile endpoint may send back what it was sent. */
const echo = (): string =>
  Object.values(SECRETS)
    .flatMap((secret) => [
      ...listEncodings(secret).map(({ text }) => text),
      ...['', 'u:', 'us:'].map((user) => Buffer.from(user + secret).toString('base64')),
      Buffer.from(secret.slice(0, 12)).toString('base64'),
      secret.slice(0, 9),
      secret.slice(5, 17),
      secret.slice(-8),
    ])
    .join(' | ');

/** Simulated models behind an address, which repeat what they were sent in each answer, header and error. */
const answerWithEcho =
  (models: Record<string, ReturnType<typeof createSimulatedModel>>) => async (seen: Seen, i: number) => {
    const { body } = seen;
    const echoed = echo();
    if (i % 11 === 5)
      return { status: 500, headers: {}, body: { error: { message: `${echoed} failed`, code: echoed } } };
    if (i % 29 === 7) return { status: 400, headers: {}, body: { error: { message: `bad request of ${echoed}` } } };
    const messages = (body['messages'] as { role: string; content: string }[]).map(({ role, content }) =>
      role === 'user'
        ? new HumanMessage(content)
        : role === 'assistant'
          ? new AIMessage(content)
          : new SystemMessage(content),
    );
    const model = models[String(body['model'])];
    const generate = async (sample: number): Promise<string> => {
      const text = (await model?._generate(messages, { sample }))?.generations[0]?.text ?? '';
      const inJson = text.replace(
        /("(?:rationale|reasoning|analysis|new_system_prompt)": ?")/g,
        (all) => all + JSON.stringify(echoed).slice(1, -1),
      );
      return inJson === text ? `${text} ${echoed}` : inJson;
    };
    const texts = await Promise.all(Array.from({ length: Number(body['n'] ?? 1) }, (_, at) => generate(at)));
    return { status: 200, headers: { 'x-echo': encodeURIComponent(echoed) }, body: chat(...texts) };
  };

function listFiles(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => listFiles(join(path, name))) : [path];
}

/** The parts of secrets that a text shows, in any encoding. */
function findLeaks(text: string): string[] {
  return Object.entries(SECRETS).flatMap(([name, secret]) =>
    listEncodings(secret).flatMap(({ text: form, charactersEach }) => {
      const length = Math.ceil(8 * charactersEach);
      const starts = Array.from({ length: Math.max(1, form.length - length + 1) }, (_, at) => at);
      return starts.flatMap((at) => {
        const part = form.slice(at, at + length);
        return /[A-Z0-9]/.test(part) && text.includes(part) ? [`${name}: ${part}`] : [];
      });
    }),
  );
}

describe('keys that an endpoint sends back in every form', () => {
  let url = '';
  let seen: Seen[] = [];
  let langSmith: Recorder;
  let printed = '';
  const config = join(folder, 'config.json');
  const drpo = async (...args: string[]) => {
    const settings = {
      ...SECRETS,
      ...UNSENT,
      LANGSMITH_REVISION_ID: 'revision-7',
      LANGSMITH_TRACING: 'true',
      LANGSMITH_ENDPOINT: langSmith.url,
      LANGSMITH_API_KEY: 'lsv2_pt_neverToBeSeen',
    };
    const ran = await drpoHere(args, settings);
    printed += ran.stdout + ran.stderr;
    return ran;
  };

  beforeAll(async () => {
    const models = Object.fromEntries(ROLES.map((role) => [role, createSimulatedModel(role)]));
    ({ url, seen } = await serve(answerWithEcho(models)));
    langSmith = await recordLangSmith();
    const access = {
      baseUrl: url,
      apiKeyEnv: 'KEY_OF_BEARER',
      headers: { 'x-extra': { env: 'KEY_OF_HEADER' } },
      query: { access: { env: 'KEY_OF_QUERY' } },
      maxRetries: 2,
    };
    writeFileSync(
      config,
      JSON.stringify({
        models: Object.fromEntries(ROLES.map((role) => [role, { model: role, ...access }])),
        search: { depth: 4, maxDepthIncrease: 0, beamWidth: 2, actions: 2, maxMissingShare: 1 },
        queries: { limit: 8 },
      }),
    );
    const run = join(folder, 'run');
    const instructions = join(folder, 'instructions.json');
    writeFileSync(
      instructions,
      JSON.stringify([1, 2, 3].map((id) => ({ id, instruction: `How do I bake ${id} loaves?`, category: 'regular' }))),
    );
    const table = join(folder, 'table.json');
    writeFileSync(table, JSON.stringify({ title: 'Trial', rows: [{ name: 'a', method: 'base' }] }));
    expect((await drpo('optimize', '--config', config, '--out', run)).status).toBe(0);
    await drpo('answer', 'Is honey vegan?', '--run', run, '--json');
    await drpo(
      'evaluate',
      '--config',
      config,
      '--method',
      'base',
      '--instructions',
      instructions,
      '--out',
      join(folder, 'eval'),
    );
    await drpo('experiment', table, '--config', config, '--instructions', instructions, '--out', join(folder, 'exp'));
    await drpo('report', '--run', run);
    await serveAndAsk(run);
    langSmith.close();
  }, 120_000);

  async function serveAndAsk(run: string): Promise<void> {
    const log = (line: string): void => void (printed += line);
    const server = await startChatServer({ port: 0, host: '127.0.0.1', run }, SECRETS, log);
    for (let i = 0; i < 12; i++) {
      const body = JSON.stringify({ model: 'drpo', messages: [{ role: 'user', content: 'Is honey vegan?' }] });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', headers, body });
      printed += (await response.text()) + JSON.stringify([...response.headers]);
    }
    await server.close(0);
  }

  it('are sent to it', () => {
    expect(seen.length).toBeGreaterThan(40);
    expect(seen.every(({ headers }) => headers.authorization === `Bearer ${SECRETS.KEY_OF_BEARER}`)).toBe(true);
    expect(seen.every(({ headers }) => headers['x-extra'] === SECRETS.KEY_OF_HEADER)).toBe(true);
    expect(seen.every(({ path }) => new URL(path, url).searchParams.get('access') === SECRETS.KEY_OF_QUERY)).toBe(true);
    expect(findLeaks(echo()).length).toBeGreaterThan(100);
  });

  it('stand in no file', () => {
    const files = listFiles(folder);
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect([file, findLeaks(readFileSync(file, 'latin1')).slice(0, 3)]).toEqual([file, []]);
    expect(readFileSync(join(folder, 'run', 'nodes.jsonl'), 'utf8')).toContain('[key]');
  });

  it('are neither printed nor served', () => {
    expect(printed).toContain('[key]');
    expect(findLeaks(printed).slice(0, 3)).toEqual([]);
  });

  it('are not in a trace, nor is a variable of the environment that is not on the list', () => {
    const sent = langSmith.requests.map(({ body, url: path }) => path + body.toString('latin1')).join('\n');
    expect(sent).toContain('respondAndJudge');
    expect(findLeaks(sent).slice(0, 3)).toEqual([]);
    expect(Object.values(UNSENT).filter((value) => sent.includes(value))).toEqual([]);
    expect(sent).toContain('revision-7');
  });
});
