import { expect, it } from '@jest/globals';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { RunOptions, toRunOptions } from '../../../run/remote/remoteOptions.ts';

const override = { 'models.optimizer': 'simulated', task: 'A shop.', mustKeep: ['Never lie.'] };

it('what the assistant is for and the passages that must stay travel to the server', () => {
  const sent = toRunOptions(loadConfig({ override }), false);
  expect(RunOptions.parse(JSON.parse(JSON.stringify(sent)))).toMatchObject({
    task: 'A shop.',
    mustKeep: ['Never lie.'],
  });
});

it('a server takes no check whose module a client names', () => {
  const sent = toRunOptions(loadConfig({ override }), false);
  const rewards = { ...sent.rewards, checks: [{ type: 'function', module: '/etc/mine.mjs' }] };
  expect(RunOptions.safeParse({ ...sent, rewards }).error?.message).toContain('expected no check by a module');
});
