import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { FirstCallGate, type FirstCallTurn } from '../../../models/gateway/firstCallGate.ts';
import type { ModelRequest } from '../../../models/transport.ts';
import { scripted } from '../fake.ts';

const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  prompt: { messages: [new HumanMessage('q')] },
  n: 1,
  sample: 0,
  ...more,
});
const model = (role: 'base' | 'judge' = 'base', params = { temperature: 0 }) => ({
  role,
  transport: scripted(() => ({}), { params }),
  settings: {},
});

describe('the first call of a model', () => {
  const { signal } = new AbortController();
  let gate: FirstCallGate;
  let entered: string[];
  beforeEach(() => {
    jest.useFakeTimers();
    [gate, entered] = [new FirstCallGate(), []];
  });
  afterEach(() => void jest.useRealTimers());

  const enter = async (name: string, asked = request(), by = model()): Promise<FirstCallTurn> => {
    const turn = await gate.enter(by, asked, signal);
    entered.push(name);
    return turn;
  };

  it('goes alone until it is answered; then all go', async () => {
    const first = await enter('a');
    const others = [enter('b'), enter('c')];
    await jest.advanceTimersByTimeAsync(100);
    expect(entered).toEqual(['a']);
    first.end(true);
    await Promise.all(others);
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('is followed by one other if it fails', async () => {
    const first = await enter('a');
    const others = [enter('b'), enter('c')];
    first.end(false);
    const second = await others[0];
    await jest.advanceTimersByTimeAsync(100);
    expect(entered).toEqual(['a', 'b']);
    second?.end(true);
    await others[1];
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('holds up others for three seconds at most, counted from its last refusal', async () => {
    const first = await enter('a');
    const other = enter('b');
    await jest.advanceTimersByTimeAsync(2_000);
    first.extend();
    await jest.advanceTimersByTimeAsync(2_900);
    expect(entered).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(200);
    await other;
    expect(entered).toEqual(['a', 'b']);
  });

  it('holds up no other role, and no call without parameters', async () => {
    await enter('a');
    await enter('b', request(), model('judge'));
    await enter('c', { prompt: { text: 'q' }, n: 1, sample: 0 }, model('base', {} as { temperature: number }));
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['several completions', { n: 2 }],
    ['stop sequences', { stop: ['<END>'] }],
    ['a system message', { prompt: { messages: [new SystemMessage('s'), new HumanMessage('q')] } }],
  ])('with %s is one more first call', async (_, more) => {
    (await enter('a')).end(true);
    const first = await enter('b', request(more));
    const other = enter('c', request(more));
    await enter('d');
    await jest.advanceTimersByTimeAsync(100);
    expect(entered).toEqual(['a', 'b', 'd']);
    first.end(true);
    await other;
  });

  it('leaves the queue of a caller that is cancelled', async () => {
    const first = await enter('a');
    const caller = new AbortController();
    const cancelled = gate.enter(model(), request(), caller.signal);
    caller.abort(new Error('stopped'));
    await expect(cancelled).rejects.toThrow('stopped');
    first.end(true);
    await enter('b');
  });
});
