import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createStrictServer, ROLES } from '../../run/strictServer.ts';
import { drpoHere } from '../../shared/here.ts';

const PRICE = { input: 10, output: 10 };
let server: Awaited<ReturnType<typeof createStrictServer>>;
let out: string;

/** Runs `plan --probe` with four roles at the server, in the same folder each time. */
const probe = (more: Record<string, unknown> = {}, { url = server.url, model = {} } = {}) => {
  const config = join(mkdtempSync(join(tmpdir(), 'drpo-probe-')), 'config.json');
  const models = Object.fromEntries(
    ROLES.map((name) => [name, { model: name, baseUrl: url, maxRetries: 0, ...model }]),
  );
  writeFileSync(config, JSON.stringify({ models, search: { depth: 6, maxDepthIncrease: 0 }, ...more }));
  return drpoHere(['plan', '--probe', '--config', config, '--out', out]);
};

beforeEach(async () => {
  server = await createStrictServer();
  out = join(mkdtempSync(join(tmpdir(), 'drpo-probe-')), 'run');
});

describe('plan --probe', () => {
  it('asks about 30 times, and nothing the second time', async () => {
    const first = await probe();
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout).toMatch(/Expected gain|This will not help/);
    const asked = server.seen.length;
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(40);
    expect((await probe()).stdout).toBe(first.stdout);
    expect(server.seen.length).toBe(asked);
  });

  it('sends nothing if the budget of calls is too small', async () => {
    const { status, stdout } = await probe({ budget: { calls: 10 } });
    expect([status, server.seen.length]).toEqual([3, 0]);
    expect(stdout).toMatch(/budget\.calls: expected at least \d+ for a probe, got 10; raise it\. Nothing was sent\./);
  });

  it('takes a budget that is enough for the queries that there are', async () => {
    const { status, stdout } = await probe({ budget: { calls: 12 }, queries: { limit: 1 } });
    expect([status, stdout]).toEqual([0, expect.stringContaining('The probe took ')]);
  });

  it('names a budget in dollars that ended it, and continues with a larger one', async () => {
    const small = await probe({ budget: { usd: 0.001 } }, { model: { price: PRICE } });
    expect(small.status).toBe(3);
    expect(small.stdout).toMatch(/budget\.usd: the next request would exceed the limit of 0\.001 .*raise it/);
    expect(small.stdout).toContain(`The answers so far are kept in ${out}.`);
    const large = await probe({ budget: { usd: 5 } }, { model: { price: PRICE } });
    expect(large.status).toBe(0);
    const bodies = server.seen.flatMap(({ body }) => ('messages' in body ? JSON.stringify(body) : []));
    expect(bodies.length - new Set(bodies).size).toBe(2); // two answers are judged twice
  });

  it('says that a budget in dollars counts no call without a price', async () => {
    expect((await probe({ budget: { usd: 5 } })).stderr).toContain(
      'budget.usd does not count the calls of models.base',
    );
  });

  it('fails in one line if nobody answers', async () => {
    const { status, stderr } = await probe({}, { url: 'http://127.0.0.1:9/v1' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/drpo: .*cannot be reached: connect ECONNREFUSED/);
    expect(stderr).not.toContain('    at ');
  });
});
