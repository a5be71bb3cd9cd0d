import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as graphs from '../../../graphs/index.ts';
import { loadConfig, type Config } from '../../../run/config/loadConfig.ts';
import { ServerInfo, toRunOptions } from '../../../run/remote/remoteOptions.ts';
import { createRemoteConfig } from '../../../run/remote/remoteConfig.ts';
import { sumSessionUsage, UsageReport } from '../../../run/remote/remoteUsage.ts';
import { serveDrpo } from '../../../server/langgraph/graphs.ts';
import { root } from '../../shared/cli.ts';
import { queriesUpTo } from '../../graphs/fakes.ts';

const config = (...set: string[]): Config => loadConfig({ roles: { optimizer: 'simulated' }, set });
const input = { queries: queriesUpTo(40), examples: [] };
type Drpo = ReturnType<typeof graphs.drpo>;
const searching = (...set: string[]): Drpo => serveDrpo(told(...set)) as Drpo;
const told = (...set: string[]) => ({
  configurable: {
    drpo: toRunOptions(config('judge.reliabilityChecks=0', 'final=null', ...set), false),
    thread_id: set.join(),
  },
});

it('langgraph.json names the files of the three graphs', async () => {
  const { graphs } = JSON.parse(readFileSync(join(root, 'langgraph.json'), 'utf8')) as {
    graphs: Record<string, string>;
  };
  expect(Object.keys(graphs)).toEqual(['drpo', 'searchSystemPrompt', 'rewriteExamples']);
  for (const [name, place] of Object.entries(graphs)) {
    const [file = '', exported = ''] = place.split(':');
    const module = (await import(join(root, file))) as Record<string, unknown>;
    const made: unknown = module[exported];
    const graph = (typeof made === 'function' ? made() : made) as { getName: () => string };
    expect(graph.getName()).toBe(name);
  }
});

describe('a run that brings its options', () => {
  it('is searched with them, and reports what it spends', async () => {
    const graph = searching('search.depth=3', 'search.maxDepthIncrease=0', 'search.beamWidth=1', 'search.actions=2');
    const heard: UsageReport[] = [];
    for await (const [, chunk] of await graph.stream(input, { streamMode: 'custom', subgraphs: true })) {
      const usage = UsageReport.safeParse(Reflect.get(Object(chunk), 'usage'));
      if (usage.success) heard.push(usage.data);
    }
    const last = heard.at(-1);
    if (!last) throw new Error('expected accounts');
    // the root, and one or two children on each of two levels
    expect(last.judged).toBeGreaterThanOrEqual(3);
    expect(last.judged).toBeLessThanOrEqual(5);
    const again = await searching(
      'search.depth=3',
      'search.maxDepthIncrease=0',
      'search.beamWidth=1',
      'search.actions=2',
    ).invoke(input);
    expect(again.levels).toBe(2);
    expect(sumSessionUsage({ a: last, b: last }).tokens.judge.input).toBe(
      2 * (last.tally.tokens['judge']?.input ?? NaN),
    );
    const [former, later] = (['max_completion_tokens', null] as const).map((sentAs) => ({
      ...last,
      tally: { ...last.tally, adjustments: [{ role: 'judge' as const, parameter: 'max_tokens', sentAs }] },
    }));
    if (!former || !later) throw new Error('expected two sessions');
    expect(sumSessionUsage({ former, later, last }).adjustments).toEqual(later.tally.adjustments);
  });

  it('is held to the lower of its budget and the server’s', async () => {
    const graph = searching('budget.calls=9');
    await expect(graph.invoke(input)).rejects.toThrow(/budget/);
  });

  it('is refused if it asks for what this server does not know', () => {
    expect(() => serveDrpo({ configurable: { drpo: { search: { depht: 3 } } } })).toThrow(/configurable\.drpo: /);
  });
});

it('a limit that nobody gave does not end a deep search driven by events', async () => {
  const graph = searching('search.depth=16');
  let steps = 0;
  for await (const { event, name } of graph.streamEvents(input, { version: 'v2' }))
    if (event === 'on_chain_end' && name === 'rankLevel') steps++;
  expect(steps).toBeGreaterThanOrEqual(15);
});

describe('a config for a server', () => {
  const served = async (): Promise<{ about: ServerInfo; url: string }> => {
    const telling = serveDrpo({ configurable: { drpo: { about: true } } }) as Drpo;
    const told: unknown = await telling.invoke(input);
    return { about: ServerInfo.parse(Reflect.get(Object(told), 'about')), url: 'http://server' };
  };

  it('takes the models from the server, and everything else from here', async () => {
    const made = createRemoteConfig(await served(), { set: ['search.depth=7', 'models.base.provider=simulated'] });
    expect(made).toMatchObject({
      search: { depth: 7 },
      models: { base: { provider: 'simulated' } },
      judge: { reliabilityChecks: 0 },
    });
    expect(JSON.stringify(toRunOptions(made, false))).not.toMatch(/models|provider|files|apiKey/);
  });

  it('is refused key by key if it names what the server cannot do', async () => {
    const there = await served();
    const faults = (...set: string[]): string => {
      try {
        createRemoteConfig(there, { set });
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    expect(faults('models.base.model=gpt-4o')).toMatch(/^models\.base\.model: expected nothing, as at http:\/\/server/);
    expect(faults('models.judge.temperature=0.5').split('\n')).toHaveLength(1);
    expect(
      faults('judge.reliabilityChecks=3', 'checkpoints.postgresEnv=DB', 'tracing.project="x"').split('\n'),
    ).toHaveLength(3);
    expect(faults('judge.panel=[{"provider":"simulated"}]')).toMatch(/^judge\.panel: /);
    expect(faults('judge.reliabilityChecks=0')).toBe('');
  });
});
