import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import type { LanguageRole } from '../../models/roles.ts';
import type { OptimizeResult } from '../../run/result.ts';
import { chat, serve, type Seen } from '../models/fake.ts';
import { drpoHere } from '../shared/here.ts';

const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const satisfies LanguageRole[];
const REFUSED = ['temperature', 'top_p', 'max_tokens', 'system', 'json_schema', 'n'];
const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-adjustments-'));

interface Message {
  role: string;
  content: string;
}

/** Creates a server of simulated models, which refuses the parameters `refused`. */
async function createServer(refused: readonly string[]) {
  const models = Object.fromEntries(ROLES.map((role) => [role, createSimulatedModel(role)]));
  const refusedRequests: string[] = [];
  const { url } = await serve(async ({ body }: Seen) => {
    const messages = body['messages'] as Message[];
    const sent = [
      ...Object.keys(body).filter((key) => key !== 'n' || Number(body['n']) > 1),
      ...messages.map((m) => m.role),
      String(Object(body['response_format'])['type']),
    ];
    const name = sent.find((key) => refused.includes(key));
    if (name !== undefined) {
      refusedRequests.push(`${String(body['model'])} ${name}`);
      const message =
        name === 'n' ? 'Only one completion choice is allowed' : `'${name}' is not supported with this model.`;
      return { status: name === 'n' ? 500 : 400, body: { error: { message } } };
    }
    const chatMessages = messages.map(({ role, content }) =>
      role === 'user'
        ? new HumanMessage(content)
        : role === 'assistant'
          ? new AIMessage(content)
          : new SystemMessage(content),
    );
    const seed = typeof body['seed'] === 'number' ? body['seed'] : 0;
    const generate = async (sample: number) =>
      (await models[String(body['model'])]?._generate(chatMessages, { sample }))?.generations[0]?.text ?? '';
    return chat(...(await Promise.all(Array.from({ length: Number(body['n'] ?? 1) }, (_, i) => generate(seed + i)))));
  });
  return { url, refusedRequests };
}

async function runOptimize(url: string, out: string, more: object = {}) {
  const config = {
    models: Object.fromEntries(ROLES.map((role) => [role, { model: role, baseUrl: url, seed: 0 }])),
    search: { depth: 3, maxDepthIncrease: 0, beamWidth: 2, actions: 2 },
    queries: { limit: 8 },
    concurrency: 8,
    ...more,
  };
  const file = join(out, '..', `${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(file, JSON.stringify(config));
  const { status, stderr } = await drpoHere(['optimize', '--config', file, '--out', out, '--json']);
  const result = (): OptimizeResult => JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as OptimizeResult;
  return { status, stderr, result };
}

describe('a run at an endpoint that refuses parameters', () => {
  let lenient: Awaited<ReturnType<typeof runOptimize>>;
  beforeAll(async () => {
    lenient = await runOptimize((await createServer([])).url, createFolder());
  });

  it('ends as elsewhere, is refused once for each role and parameter, and never again after it continues', async () => {
    const server = await createServer(REFUSED);
    const out = createFolder();
    const first = await runOptimize(server.url, out, { budget: { calls: 30 } });
    expect([first.status, lenient.status]).toEqual([3, 0]);
    const before = [...server.refusedRequests];
    const second = await runOptimize(server.url, out);
    expect(second.status).toBe(0);
    expect(new Set(server.refusedRequests).size).toBe(server.refusedRequests.length);
    expect(server.refusedRequests.slice(0, before.length)).toEqual(before);
    expect(server.refusedRequests.toSorted()).toEqual(
      [
        ...ROLES.flatMap((role) => ['temperature', 'top_p', 'max_tokens'].map((name) => `${role} ${name}`)),
        ...['reward', 'judge', 'optimizer'].flatMap((role) => [`${role} json_schema`, `${role} system`]),
        'base system',
        'optimizer n',
      ].toSorted(),
    );
    const { adjustments, nodes, bestPrompt } = second.result();
    expect(
      adjustments.filter(({ role }) => role === 'base').map(({ parameter, sentAs }) => [parameter, sentAs]),
    ).toEqual(
      expect.arrayContaining([
        ['temperature', null],
        ['top_p', null],
        ['max_tokens', 'max_completion_tokens'],
        ['system', 'developer'],
      ]),
    );
    expect(adjustments.filter(({ parameter }) => parameter === 'output')).toEqual(
      ['reward', 'judge', 'optimizer'].map(
        (role) => expect.objectContaining({ role, sentAs: 'json_object' }) as object,
      ),
    );
    expect(adjustments).toHaveLength(server.refusedRequests.length);
    expect(lenient.result().adjustments).toEqual([]);
    expect([bestPrompt, nodes.length]).toEqual([lenient.result().bestPrompt, lenient.result().nodes.length]);
    const refused = server.refusedRequests.length;
    expect((await drpoHere(['answer', 'How do tides work?', '--run', out])).status).toBe(0);
    expect(server.refusedRequests).toHaveLength(refused);
    const lines = first.stderr.split('\n');
    expect(
      lines.filter((line) => line === 'judge: the endpoint of judge refuses top_p, so it is left out.'),
    ).toHaveLength(1);
    expect(second.stderr).not.toContain('base: the endpoint');
  });

  it('fails under the preset "reference" at the first refused parameter, but not for n', async () => {
    const strict = await createServer(['temperature']);
    const failed = await runOptimize(strict.url, createFolder(), { preset: 'reference' });
    expect(failed.status).toBe(1);
    // the base and the reward model are asked at the same time
    expect(['base temperature', 'base temperature,reward temperature']).toContain(
      strict.refusedRequests.toSorted().join(),
    );
    expect(failed.stderr).toMatch(
      /^.*(base|reward) \(model \1 at .* refuses temperature, which the preset "reference" always sends/m,
    );
    const single = await createServer(['n']);
    const split = await runOptimize(single.url, createFolder(), { preset: 'reference' });
    expect([split.status, single.refusedRequests]).toEqual([0, ['optimizer n']]);
  });

  it('asks for replies as text under the preset "reference", which has no other output', async () => {
    const server = await createServer(['json_schema', 'json_object']);
    const run = await runOptimize(server.url, createFolder(), { preset: 'reference' });
    expect([run.status, server.refusedRequests]).toEqual([0, []]);
    const models = { optimizer: { model: 'optimizer', baseUrl: server.url, output: 'json_object' } };
    const failed = await runOptimize(server.url, createFolder(), { preset: 'reference', models });
    expect([failed.status, server.refusedRequests]).toEqual([2, []]);
    expect(failed.stderr).toContain('models.optimizer.output: expected "text", the only one of the preset "reference"');
  });

  it('sends no limit if maxTokens is null', async () => {
    const server = await createServer(['max_tokens', 'max_completion_tokens']);
    const models = Object.fromEntries(
      ROLES.map((role) => [role, { model: role, baseUrl: server.url, maxTokens: null }]),
    );
    const run = await runOptimize(server.url, createFolder(), { models, preset: 'reference' });
    expect([run.status, server.refusedRequests]).toEqual([0, []]);
  });
});
