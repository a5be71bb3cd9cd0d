import { expect, it } from '@jest/globals';
import { Gateway } from '../../../models/gateway/gateway.ts';
import type { GatewayEvent, GatewayOptions } from '../../../models/gateway/gatewayOptions.ts';
import { httpError, scripted } from '../fake.ts';

/** A judge that always has to wait, beside a base model at the same endpoint. */
function refusing(headers: Record<string, string>, options: GatewayOptions = {}) {
  const events: GatewayEvent[] = [];
  const gateway = new Gateway({ random: () => 0, onEvent: (event) => events.push(event), ...options });
  const transport = scripted(() => {
    throw httpError(429, { headers });
  });
  const settings = { maxRetries: 6 };
  return { gateway, events, transport, judge: gateway.manage('judge', transport, settings) };
}

it.each([
  { 'retry-after': '86400' },
  { 'retry-after': '1000000000' },
  { 'retry-after': '1e300' },
  { 'retry-after-ms': '99999999999' },
  { 'retry-after': '3601' },
  { 'retry-after': new Date(Date.now() + 7_200_000).toUTCString() },
  { 'retry-after': String(Math.round(Date.now() / 1000) + 7200) },
  { 'x-ratelimit-reset-requests': '8h12m', 'x-ratelimit-remaining-requests': '0' },
])('%j ends the run after one request', async (headers) => {
  const { judge, transport, events } = refusing(headers);
  await expect(judge.invoke('q')).rejects.toMatchObject({
    name: 'RoleDownError',
    message: expect.stringMatching(
      /^judge .*answered 429.*; the endpoint asks to wait.* \(.* hours\), and a run waits an hour at most; run the same command again then$/,
    ),
  });
  await expect(judge.invoke('r')).rejects.toThrow('a run waits an hour at most');
  expect(transport.sent).toHaveLength(1);
  expect(events).toMatchObject([{ type: 'failure', wait: null, isAskedFor: false }]);
});

it('the last attempt ends the run too, if the wait is that long', async () => {
  const { gateway, transport } = refusing({ 'retry-after': '86400' });
  const judge = gateway.manage('judge', transport, { maxRetries: 0 });
  await expect(judge.invoke('q')).rejects.toMatchObject({ name: 'RoleDownError' });
});

it('a wait within an hour is reported as the endpoint’s, and not shortened', async () => {
  const { gateway, judge, events } = refusing({ 'retry-after': '3600' });
  const asked = judge.invoke('q').catch((error: unknown) => error);
  while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(events).toMatchObject([{ type: 'failure', wait: 3_600_000, isAskedFor: true, endpoint: 'http://fake/v1' }]);
  await gateway.stop();
  expect(await asked).toMatchObject({ name: 'StoppedError' });
});

it.each(['judge', 'embeddings'] as const)(
  'a wait of the %s beyond the minutes of the budget spends it',
  async (role) => {
    const { gateway, transport } = refusing({ 'retry-after': '7200' }, { budget: { minutes: 5 } });
    const model = gateway.manage(role, transport);
    await expect(model.invoke('q')).rejects.toMatchObject({ name: 'BudgetExceededError', which: 'minutes' });
    expect(transport.sent).toHaveLength(1);
  },
);

it('a call that waits at a closed endpoint of another role ends with the run', async () => {
  const { gateway, judge, events } = refusing({ 'retry-after': '86400' }, { concurrency: 1 });
  const base = gateway.manage(
    'base',
    scripted(() => ({}), { endpoint: 'http://fake/v1' }),
  );
  const waiting = [judge.invoke('q'), base.invoke('r')].map((asked) => asked.catch((error: unknown) => error));
  expect(await waiting[0]).toMatchObject({ name: 'RoleDownError' });
  await gateway.stop();
  expect(await waiting[1]).toMatchObject({ name: 'StoppedError' });
  expect(events).toHaveLength(1);
});
