import { expect, it } from '@jest/globals';
import { createOpenAIBatches } from '../../../models/openai/openaiBatches.ts';
import { serve } from '../fake.ts';

const batch = (id: string, more = {}): object => ({
  id,
  status: 'completed',
  input_file_id: 'x',
  created_at: 1000,
  ...more,
});

it('finds a batch by our name or by its file, on any page of the list', async () => {
  const { url, seen } = await serve(({ path }) =>
    path.includes('after=b2')
      ? { data: [batch('b3', { metadata: { drpo: 'ours' } }), batch('b4', { input_file_id: 'file' })], has_more: false }
      : { data: [batch('b1'), batch('b2', { metadata: null })], has_more: true },
  );
  const batches = createOpenAIBatches({ model: 'm', baseUrl: url }, '/v1/chat/completions');
  expect((await batches.find('other', 'ours'))?.id).toBe('b3');
  expect((await batches.find('file', 'unknown'))?.id).toBe('b4');
  expect(await batches.find('other', 'unknown')).toBeNull();
  expect(seen.map(({ path }) => path).slice(0, 2)).toEqual(['/v1/batches?limit=100', '/v1/batches?limit=100&after=b2']);
});

it('reads each end of a batch: expired and cancelled ones have results, a failed one says why it has none', async () => {
  const states: Record<string, object> = {
    expired: batch('expired', { status: 'expired', output_file_id: 'o', error_file_id: 'e', expires_at: 5 }),
    finalizing: batch('finalizing', { status: 'finalizing', request_counts: { completed: 2, failed: 1, total: 4 } }),
    failed: batch('failed', {
      status: 'failed',
      errors: { data: [{ code: 'token_limit_exceeded', message: 'too much' }] },
    }),
  };
  const { url } = await serve(({ path }) => ({ body: states[path.split('/').at(-1) ?? ''] ?? {} }));
  const batches = createOpenAIBatches({ model: 'm', baseUrl: url }, '/v1/chat/completions');
  expect(await batches.get('expired')).toMatchObject({ status: 'ended', files: ['o', 'e'], expiresAt: 5000 });
  expect(await batches.get('finalizing')).toMatchObject({
    status: 'running',
    answered: 2,
    failed: 1,
    files: [],
    expiresAt: 87_400_000,
  });
  expect(await batches.get('failed')).toMatchObject({ status: 'refused', reason: 'too much' });
});

it('throws for a row what a request sent directly would throw', () => {
  const batches = createOpenAIBatches({ model: 'm', baseUrl: 'http://127.0.0.1:9/v1' }, '/v1/chat/completions');
  expect(batches.readResult({ status: 200, body: { choices: [] } })).toEqual({ choices: [] });
  expect(() => batches.readResult({ status: 429, body: { error: { message: 'slow down' } } })).toThrow(
    expect.objectContaining({ status: 429, message: expect.stringContaining('slow down') }),
  );
  expect(() => batches.readResult({ reason: 'expired' })).toThrow(expect.objectContaining({ name: 'UnsentRowError' }));
});
