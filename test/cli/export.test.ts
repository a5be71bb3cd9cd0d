import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { load } from '@langchain/core/load';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerQueries } from '../../run/answerQueries.ts';
import { exportRun } from '../../evals/langsmith/exportRun.ts';
import { importRun } from '../../run/import/importRun.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Config } from '../../run/config/loadConfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const evaluation = (score: string) => ({ Clarity: { rationale: 'so', score }, Depth: { rationale: 'as', score: '4' } });
const node = (id: number, parent: number | null, depth: number, prompt: string, score: string) => ({
  id,
  parent,
  depth,
  prompt,
  query: `query ${depth}`,
  output: `output ${id}`,
  evaluation: score === '' ? {} : evaluation(score),
  reward: score === '' ? 0 : (Number(score) + 4) / 2,
});
const tree = {
  model: 'mistral-7b-v0.1',
  cumulative_reward: 4.25,
  queries: ['query 0', 'query 1', 'query 2'],
  nodes: [
    node(0, null, 0, 'root', '3'),
    node(1, 0, 1, 'a', ''),
    node(2, 0, 1, 'b {x}', '5'),
    node(3, 1, 2, 'a', '5'),
    node(4, 2, 2, 'b {x}', '4'),
    node(5, 2, 2, 'c', '1'),
  ],
  best_path_prompts: ['root', 'b {x}', 'b {x}'],
};
const output = {
  'level 1': { Prompt: 'root', 'Evaluation of the prompt': evaluation('3') },
  'level 2': { Prompt: 'b {x}', 'Evaluation of the prompt': evaluation('5') },
  'level 3': { Prompt: 'b {x}', 'Evaluation of the prompt': evaluation('4') },
};
const put = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
};
const examples = put('ICL_examples.json', {
  'query 9?': '<START>\nAn answer.\n<END>',
  'loan?': '<START>\nMoney {y}.\n<END>',
});
const run = join(folder, 'My run');

describe('import', () => {
  beforeAll(async () => {
    await importRun(put('tree.json', tree), { out: run, examples, base: 'simulated' });
  });

  it('makes a run’s folder from a tree, with ids by position and the published values and rewards', () => {
    const { nodes, ...result } = JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')) as Record<
      string,
      unknown
    > & { nodes: { id: string }[] };
    expect(result).toMatchObject({
      bestId: '0.1.0',
      bestPrompt: 'b {x}',
      value: 4.25,
      levels: 3,
      missing: { judgements: 1 },
    });
    expect(nodes.map((n) => n.id)).toEqual(['0', '0.0', '0.1', '0.1.0', '0.1.1', '0.0.0']);
    expect(nodes[1]).toMatchObject({
      reward: 0,
      value: 0,
      kept: true,
      missing: expect.stringContaining('could not be read'),
    });
    const held = RunFolder.openExisting(run);
    expect(held.nodes().map((n) => n.id)).toEqual(nodes.map((n) => n.id));
    expect(held.readJson('output.json')).toEqual(output);
    expect(held.readJson('queries.json')).toEqual(tree.queries);
    expect(held.readJson('config.json')).toMatchObject({
      preset: 'reference',
      initialPrompt: 'root',
      examples: { k: 2 },
    });
  });

  it('makes a folder from which queries are answered', async () => {
    expect((await answerQueries(run, ['What is a loan?']))[0]?.response).not.toBe('');
  });

  it('accepts output.json alone, or the folder', async () => {
    const out = join(folder, 'from-output');
    const result = await importRun(put('output.json', output), { out });
    expect(result).toMatchObject({ bestId: '0.0.0', bestPrompt: 'b {x}', value: 4.25 });
    expect(result.nodes).toHaveLength(3);
    expect((await importRun(folder, { out: join(folder, 'from-folder') })).nodes).toHaveLength(6);
    const config = RunFolder.openExisting(join(folder, 'from-folder')).readJson('config.json') as Config;
    expect([config.models.base.model, config.examples.k]).toEqual(['mistral-7b-v0.1', 0]);
  });

  it('names the fault of a wrong file', async () => {
    const out = join(folder, 'wrong');
    await expect(importRun(examples, { out: run })).rejects.toThrow('expected a run of the reference');
    await expect(importRun(put('bad.json', { ...tree, cumulative_reward: 5 }), { out })).rejects.toThrow('worth 5');
    await expect(importRun(put('bad.json', { ...tree, nodes: [{}] }), { out })).rejects.toThrow('nodes.0.id');
    await expect(importRun(join(folder, 'none.json'), { out })).rejects.toThrow('no such file');
    await expect(importRun(join(folder, 'tree.json'), { out: run })).rejects.toThrow('new folder');
    expect(existsSync(out)).toBe(false);
  });
});

describe('export', () => {
  it('writes the prompt, the messages and the reference’s output.json', async () => {
    expect(await exportRun({ run, to: 'text' }, {})).toBe('b {x}');
    expect(JSON.parse(await exportRun({ run, to: 'messages' }, {}))).toEqual([
      { role: 'system', content: 'b {x}' },
      { role: 'user', content: 'query 9?' },
      { role: 'assistant', content: 'An answer.' },
      { role: 'user', content: 'loan?' },
      { role: 'assistant', content: 'Money {y}.' },
    ]);
    const written = await exportRun({ run, to: 'reference' }, {});
    expect(JSON.parse(written)).toEqual(output);
    rmSync(join(run, 'output.json'));
    expect(await exportRun({ run, to: 'reference' }, {})).toBe(written);
  });

  it('pushes a prompt to LangSmith’s hub that renders the same messages there', async () => {
    const asked: { method: string; url: string; body: string; key: unknown }[] = [];
    const server = createServer((req, res) => {
      let body = '';
      req.on('data', (part: Buffer) => (body += part.toString()));
      req.on('end', () => {
        const { method = '', url = '' } = req;
        const made = asked.some((a) => a.method === 'POST' && a.url === '/repos/');
        asked.push({ method, url, body, key: req.headers['x-api-key'] });
        if (url.includes('refused')) return res.writeHead(403).end('no, not with lsv2_key');
        if (url.startsWith('/repos/-/') && !made) return res.writeHead(404).end('{}');
        res.writeHead(200, { 'content-type': 'application/json' });
        return res.end(
          JSON.stringify({ repo: { repo_handle: 'my-run' }, commits: [], commit: { commit_hash: 'abc' }, id: 't' }),
        );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address();
    const env = {
      LANGSMITH_API_KEY: 'lsv2_key',
      LANGSMITH_ENDPOINT: `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}`,
    };
    expect(await exportRun({ run, to: 'hub' }, env)).toMatch(/prompts\/my-run\/abc/);
    const commit = asked.find((a) => a.url.startsWith('/commits/') && a.method === 'POST');
    const { manifest } = JSON.parse(commit?.body ?? '{}') as { manifest: object };
    const template = await load<ChatPromptTemplate>(JSON.stringify(manifest));
    const messages = await template.formatMessages({ query: 'Hi {z}?' });
    expect(messages.map((m) => m.content)).toEqual([
      'b {x}',
      'query 9?',
      'An answer.',
      'loan?',
      'Money {y}.',
      'Hi {z}?',
    ]);
    expect(asked.every((a) => a.key === 'lsv2_key')).toBe(true);
    await expect(exportRun({ run, to: 'hub', name: 'refused' }, env)).rejects.toThrow(
      /LangSmith refused the prompt refused: (?!.*lsv2_key)/,
    );
    server.closeAllConnections();
    server.close();
    await expect(exportRun({ run, to: 'hub' }, {})).rejects.toThrow('LANGSMITH_API_KEY, which is not set');
  });
});
