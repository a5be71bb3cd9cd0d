import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { listModels } from '../../../models/openai/listModels.ts';

const KEY = 'Zk4/secret-9Xq7Lm';
let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((req, res) => {
    const key = (req.headers.authorization ?? '').slice('Bearer '.length);
    const ids = ['llama', key, `model-${key.slice(2, 12)}`, Buffer.from(key).toString('base64')];
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ data: [null, 7, {}, ...ids.map((id) => ({ id }))] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('takes no text that repeats a key for the name of a model', async () => {
  expect(await listModels({ model: '', baseUrl: url, apiKey: KEY })).toEqual(['llama']);
});
