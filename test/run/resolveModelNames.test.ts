import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { afterAll } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isListed } from '../../models/isListed.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

/** Creates a server that answers GET /v1/models with a text, and counts how often it was asked. */
async function createLister(text: string, status = 200, type = 'application/json') {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url} ${String(req.headers['api-key'] ?? '')}`);
    res.writeHead(status, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => (server.closeAllConnections(), server.close()));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`, asked };
}
const list = (...ids: string[]): string =>
  JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });
const name = async (models: object, folder?: string) =>
  (await resolveModelNames(loadConfig({ values: { models } }), folder)).models;

describe('a model without a name', () => {
  it('gets the only one that its endpoint lists, for all roles with one question', async () => {
    const { url, asked } = await createLister(list('served-model'));
    process.env['DRPO_TEST_KEY'] = 'a-key-of-mine';
    const models = await name({ optimizer: { baseUrl: url, headers: { 'api-key': { env: 'DRPO_TEST_KEY' } } } });
    delete process.env['DRPO_TEST_KEY'];
    expect([models.base.model, models.judge.model, models.optimizer.model]).toEqual(Array(3).fill('served-model'));
    expect(asked).toEqual(['GET /v1/models a-key-of-mine']);
  });

  it('can be written as @BASEURL, beside roles with names', async () => {
    const { url } = await createLister(list('small'));
    const models = await name({ optimizer: 'big@http://127.0.0.1:9/v1', base: `@${url}`, judge: { baseUrl: url } });
    expect([models.base.model, models.judge.model, models.reward.model]).toEqual(['small', 'small', 'big']);
  });

  it.each<[string, string, RegExp]>([
    [
      'several',
      list('a', 'b'),
      /^models\.base\.model: expected the name of a model at http.*, which lists several: a, b; name one/m,
    ],
    ['none', list(), /^models\.base\.model: .*which lists none/m],
    ['no list', '<html>', /^models\.base\.model: .*which does not list its models/m],
    ['garbage', '{"data": 5}', /^models\.base\.model: .*which does not list its models/m],
    ['other garbage', '{"data": [null, 5]}', /^models\.base\.model: .*which does not list its models/m],
  ])('is a fault if the endpoint lists %s', async (_, text, expected) => {
    const { url } = await createLister(text);
    await expect(name({ optimizer: { baseUrl: url } })).rejects.toThrow(expected);
  });

  it.each([list('big', 'other'), '{}'])('is the optimizer’s if the other endpoint may have that (%s)', async (text) => {
    const { url } = await createLister(text);
    expect((await name({ optimizer: 'big@http://127.0.0.1:9/v1', base: { baseUrl: url } })).base.model).toBe('big');
  });

  it('keeps its name when a run continues, and the endpoint is not asked', async () => {
    const { url, asked } = await createLister(list('new-name'));
    const folder = mkdtempSync(join(tmpdir(), 'drpo-names-'));
    const role = { baseUrl: url, model: 'old-name' };
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ models: Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((r) => [r, role])) }),
    );
    expect((await name({ optimizer: { baseUrl: url } }, folder)).base.model).toBe('old-name');
    expect(asked).toEqual([]);
  });

  it('needs its key first', async () => {
    const { url } = await createLister(list('a'));
    await expect(name({ optimizer: { baseUrl: url, apiKeyEnv: 'DRPO_NOT_SET' } })).rejects.toThrow('DRPO_NOT_SET');
  });

  it('without an address is a fault, and endpoints are asked for no other model', async () => {
    expect(() => loadConfig({ values: { models: { optimizer: {} } } })).toThrow(/optimizer\.model: expected the name/);
    const { url, asked } = await createLister(list('a'));
    await name({ optimizer: `m@${url}` });
    expect(asked).toEqual([]);
  });
});

it('a name is listed with the prefixes and tags that servers add', () => {
  expect(['a', 'A', 'models/a', 'a:latest', 'a:free'].every((one) => isListed(one, ['a']))).toBe(true);
  expect(isListed('a', ['models/a']) && isListed('a', ['a:latest'])).toBe(true);
  expect(['b', 'aa', ''].some((one) => isListed(one, ['a']))).toBe(false);
});
