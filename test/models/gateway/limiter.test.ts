import { describe, expect, it } from '@jest/globals';
import { AdaptiveConcurrency } from '../../../models/gateway/adaptiveConcurrency.ts';
import { Limiter, type ReleaseSlot } from '../../../models/gateway/limiter.ts';

const forever = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Asks for places at an endpoint and notes who was let in. */
function line(limiter: Limiter, endpoint: string, n: number): { granted: ReleaseSlot[] } {
  const granted: ReleaseSlot[] = [];
  for (let i = 0; i < n; i++)
    void limiter.acquire(endpoint, forever, limiter.assignOrder()).then((release) => granted.push(release));
  return { granted };
}

describe('the limiter', () => {
  it('it limits the calls in flight over all endpoints, in the order of their requests', async () => {
    const limiter = new Limiter(3);
    const [a, b] = [line(limiter, 'a', 2), line(limiter, 'b', 2)];
    await tick();
    expect([a.granted.length, b.granted.length]).toEqual([2, 1]);
    a.granted[0]?.('served');
    await tick();
    expect(b.granted).toHaveLength(2);
  });

  it('it lowers an endpoint’s limit to what it serves, and no other limit', async () => {
    const limiter = new Limiter(10);
    const a = line(limiter, 'a', 12);
    await tick();
    for (const release of a.granted.slice(0, 6)) release('overloaded');
    await tick();
    expect([limiter.getLimit('a'), a.granted.length]).toEqual([4, 10]);
    a.granted[6]?.('served');
    await tick();
    expect(a.granted).toHaveLength(11);
    expect(limiter.getLimit('b')).toBe(10);
  });

  it('a retry goes before calls that were requested later', async () => {
    const limiter = new Limiter(1);
    const [first, second] = [limiter.assignOrder(), limiter.assignOrder()];
    const served: string[] = [];
    const release = await limiter.acquire('a', forever, limiter.assignOrder());
    void limiter.acquire('a', forever, second).then((release) => (served.push('second'), release('served')));
    void limiter.acquire('a', forever, first).then((release) => (served.push('first'), release('served')));
    release('served');
    await tick();
    expect(served).toEqual(['first', 'second']);
  });

  it('it forgets a call that no longer waits', async () => {
    const limiter = new Limiter(1);
    const release = await limiter.acquire('a', forever, limiter.assignOrder());
    const impatient = new AbortController();
    const waiting = limiter.acquire('a', impatient.signal, limiter.assignOrder());
    impatient.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    release('served');
    expect(await limiter.acquire('a', forever, limiter.assignOrder())).toEqual(expect.any(Function));
  });

  it('it sends a call even if the pause ends while it looks whether it has ended', async () => {
    let [time, ticks] = [0, false];
    const limiter = new Limiter(4, () => (ticks ? time++ : time));
    const release = await limiter.acquire('a', forever, limiter.assignOrder());
    release('overloaded', 500);
    [time, ticks] = [499, true]; // the first look is a millisecond before the end, the next one is at the end
    expect(await limiter.acquire('a', forever, limiter.assignOrder())).toEqual(expect.any(Function));
  }, 5000);

  it('an endpoint that refuses its only call gets no other for as long as it asked', async () => {
    let now = 0;
    const limiter = new Limiter(1, () => now);
    const a = line(limiter, 'a', 2);
    const b = line(limiter, 'b', 1);
    await tick();
    a.granted[0]?.('overloaded', 20);
    await tick();
    expect([a.granted.length, b.granted.length]).toEqual([1, 1]);
    b.granted[0]?.('served');
    await tick();
    expect(a.granted).toHaveLength(1);
    now = 20;
    while (a.granted.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

/** Rounds of `limit` calls taken together. */
const round = (gate: AdaptiveConcurrency, now: number): void => {
  const n = gate.limit;
  gate.inFlight = n;
  for (let i = 0; i < n; i++) {
    gate.inFlight = n;
    gate.recordOutcome('served', now);
  }
  gate.inFlight = 0;
};
const refuse = (gate: AdaptiveConcurrency, now: number): void => {
  gate.inFlight = gate.limit;
  gate.recordOutcome('overloaded', now);
  gate.inFlight = 0;
};

describe('the concurrency of an endpoint', () => {
  it('the limit rises by one per round, and rarely beyond the last limit that failed', () => {
    const gate = new AdaptiveConcurrency(64);
    for (let i = 64; i > 8; i--) refuse(gate, 0);
    expect(gate.limit).toBe(8);
    round(gate, 0);
    expect(gate.limit).toBe(9);
    refuse(gate, 1);
    for (let i = 0; i < 20; i++) round(gate, 5000);
    expect(gate.limit).toBe(8);
    round(gate, 10_001);
    expect(gate.limit).toBe(9);
    refuse(gate, 10_001);
    round(gate, 30_000);
    expect(gate.limit).toBe(8);
    for (let i = 0; i < 100; i++) round(gate, 30_001 + i);
    expect(gate.limit).toBe(64);
  });

  it('pauses double up to 30 s, unless the endpoint names a wait', () => {
    const gate = new AdaptiveConcurrency(4);
    const waits = Array.from({ length: 8 }, () => {
      gate.inFlight = 1;
      gate.recordOutcome('overloaded', 1000);
      return gate.closedUntil - 1000;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    gate.inFlight = 1;
    gate.recordOutcome('overloaded', 1000, 70);
    expect([gate.closedUntil, gate.limit, gate.canSend(1069), gate.canSend(1070)]).toEqual([1070, 1, false, true]);
  });
});
