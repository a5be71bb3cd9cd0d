import { AIMessage } from '@langchain/core/messages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import type { Judge, Nodes } from '../../nodes/index.ts';
import type { OptimizeEvent } from '../../run/events.ts';
import { optimize, type OptimizedRun } from '../../run/optimize.ts';
import type { OptimizeModels, OptimizeOptions } from '../../run/optimizeOptions.ts';
import { drpoHere } from '../shared/here.ts';

const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-optimize-'));
const CONFIG = {
  models: { optimizer: 'simulated' },
  search: { depth: 5, maxDepthIncrease: 0 },
  queries: { limit: 16 },
  judge: { reliabilityChecks: 2 },
} as const;
const QUERIES = ['Why is the sky blue?', { query: 'How do bees dance?' }, 'What is a fjord?', 'Name a good soup.'];

/** A judge that looks at the length alone; it asks no model. */
const judge: Judge = async ({ response, rewards }) => ({
  evaluation: Object.fromEntries(
    rewards.map(({ name }) => [name, { rationale: 'By length.', score: 1 + (response.length % 5) }]),
  ),
});
const nodes = (): Partial<Nodes> => ({ judge });

const readAnswers = (folder: string): { key?: string; role: string }[] =>
  readFileSync(join(folder, 'calls.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { key?: string; role: string });
const readJson = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
/** What of a result must not depend on time, place or interruptions. */
const toLasting = (run: Partial<OptimizedRun>): unknown => ({ ...run, seconds: 0, folder: '' });

async function catchFault(options: OptimizeOptions): Promise<{ message: string; exitCode: unknown }> {
  try {
    await optimize(options);
  } catch (error) {
    if (error instanceof Error) return { message: error.message, exitCode: Reflect.get(error, 'exitCode') };
  }
  throw new Error('expected a fault, got none');
}

let plain: OptimizedRun;
const plainEvents: OptimizeEvent[] = [];
beforeAll(async () => {
  plain = await optimize({ config: CONFIG, folder: createFolder(), onEvent: (event) => void plainEvents.push(event) });
});

describe('optimize()', () => {
  it('gives the result of the command line, which also lies in the folder', async () => {
    const [out, file] = [createFolder(), join(createFolder(), 'config.json')];
    writeFileSync(file, JSON.stringify(CONFIG));
    const ran = await drpoHere(['optimize', '--config', file, '--out', out, '--json', '--quiet']);
    expect(ran.status).toBe(0);
    const printed = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') as Partial<OptimizedRun>;
    expect(toLasting(printed)).toEqual(toLasting(plain));
    expect(toLasting(readJson(plain.folder, 'result.json') as object)).toEqual(toLasting(plain));
    expect(toLasting(await optimize({ config: file, folder: createFolder() }))).toEqual(toLasting(plain));
    for (const name of ['prompt.txt', 'output.json', 'nodes.jsonl', 'report.html', 'config.json'])
      expect([name, existsSync(join(plain.folder, name))]).toEqual([name, true]);
  });

  it('returns a finished run and sends nothing', async () => {
    const before = readAnswers(plain.folder);
    expect(await optimize({ config: CONFIG, folder: plain.folder })).toEqual(plain);
    expect(readAnswers(plain.folder)).toEqual(before);
  });

  it('ends with the best so far if its signal aborts, and continues to the same result without a repeated call', async () => {
    const [folder, abort] = [createFolder(), new AbortController()];
    const onEvent = ({ type }: OptimizeEvent): void => (type === 'levelRanked' ? abort.abort() : undefined);
    const stopped = await optimize({ config: CONFIG, folder, signal: abort.signal, onEvent });
    expect(stopped.stoppedBy).toBe('interrupted');
    expect(stopped.nodes.length).toBeGreaterThan(0);
    const answered = readAnswers(folder).length;
    expect(answered).toBeLessThan(readAnswers(plain.folder).length);
    expect(toLasting(await optimize({ config: CONFIG, folder }))).toEqual(toLasting(plain));
    const keys = readAnswers(folder).flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(readAnswers(plain.folder).length);
  });

  it('keeps to its budget, and continues with a larger one to the same result', async () => {
    const folder = createFolder();
    const small = await optimize({ config: { ...CONFIG, budget: { calls: 20 } }, folder });
    expect(small.stoppedBy).toBe('budget');
    expect(readAnswers(folder).filter(({ key }) => key !== undefined)).toHaveLength(20);
    const whole = await optimize({ config: { ...CONFIG, budget: { calls: 9000 } }, folder });
    expect(toLasting(whole)).toEqual(toLasting(plain));
  });

  it.each([5, 9])('ends with the first prompt if %i calls are spent on the examples, and continues', async (calls) => {
    const folder = createFolder();
    const config = { ...CONFIG, examples: { rewrite: true, k: 2, rewriteLimit: 4 }, final: null };
    const examples = {
      'What is rain?': 'Water.',
      'What is snow?': 'Ice.',
      'What is hail?': 'Ice.',
      'What is fog?': 'Mist.',
    };
    const run = (limit: number | null) =>
      optimize({ config: { ...config, budget: { calls: limit } }, queries: QUERIES, examples, folder });
    const { stoppedBy, bestPrompt, nodes } = await run(calls);
    expect([stoppedBy, bestPrompt, nodes]).toEqual(['budget', 'You are a helpful assistant.', []]);
    const keys = () => readAnswers(folder).flatMap(({ key }) => key ?? []);
    expect(keys()).toHaveLength(calls);
    expect((await run(null)).nodes.length).toBeGreaterThan(1);
    expect(new Set(keys()).size).toBe(keys().length);
  });

  it('refuses examples beside examples.from, which would have no effect', async () => {
    const config = { ...CONFIG, examples: { from: 'queries' as const } };
    const options = { config, queries: QUERIES, examples: { 'What is rain?': 'Water.' }, folder: createFolder() };
    expect((await catchFault(options)).message).toBe(
      'examples.from: expected one source of examples, got a list too; leave examples or examples.from out',
    );
  });

  it('takes queries and examples in the place of the config’s files, and finds what the files would find', async () => {
    const examples = { 'What is rain?': '<START>Water that falls.<END>', 'What is snow?': 'Frozen rain.' };
    const dir = createFolder();
    writeFileSync(join(dir, 'queries.json'), JSON.stringify(QUERIES));
    writeFileSync(join(dir, 'examples.json'), JSON.stringify(examples));
    const queries = { ...CONFIG.queries, files: [join(dir, 'queries.json')] };
    const config = { ...CONFIG, queries, examples: { file: join(dir, 'examples.json') } };
    const fromFiles = await optimize({ config, folder: createFolder() });
    const folder = createFolder();
    const given = await optimize({ config: CONFIG, queries: QUERIES, examples, folder });
    expect(toLasting(given)).toEqual(toLasting(fromFiles));
    const asked = new Set(given.nodes.map(({ query }) => query));
    expect([...asked].every((query) => JSON.stringify(QUERIES).includes(query))).toBe(true);
    const other = await catchFault({ config: CONFIG, queries: ['Another?'], examples, folder });
    expect(other).toEqual({ exitCode: 2, message: expect.stringMatching(/other values for queries;/) });
  });

  it('says how to continue a run whose config differs in a few values, such as a default that has changed', async () => {
    const folder = createFolder();
    await optimize({ config: { ...CONFIG, judge: { ...CONFIG.judge, scoring: 'points' } }, queries: QUERIES, folder });
    expect((await catchFault({ config: CONFIG, queries: QUERIES, folder })).message).toBe(
      `${folder}: expected the config that this run was started with, got other values for judge.scoring; continue with --set judge.scoring=points, choose another folder (--out), or start again with --fresh`,
    );
  });
});

describe('models of the caller’s own', () => {
  let calls = 0;
  const createCounted = (role: 'base' | 'optimizer' | 'judge' | 'reward', settings = {}) => {
    const model = createSimulatedModel(role, settings);
    const generate = model._generate.bind(model);
    model._generate = (...asked) => {
      calls++;
      return generate(...asked);
    };
    return model;
  };
  const createModels = (): OptimizeModels => ({
    base: createCounted('base'),
    reward: createCounted('reward'),
    judge: createCounted('judge'),
    optimizer: createCounted('optimizer'),
  });
  const { models: _, ...config } = CONFIG;

  it('play their roles behind the gateway: counted, budgeted, kept and continued without a repeated call', async () => {
    calls = 0;
    const undisturbed = await optimize({ config, models: createModels(), folder: createFolder() });
    const needed = calls;
    expect(needed).toBe(Object.values(undisturbed.calls ?? {}).reduce((a, b) => a + b, 0));
    calls = 0;
    const folder = createFolder();
    const small = await optimize({ config: { ...config, budget: { calls: 15 } }, models: createModels(), folder });
    expect([small.stoppedBy, calls]).toEqual(['budget', 15]);
    const whole = await optimize({ config, models: createModels(), folder });
    expect(calls).toBe(needed);
    expect(toLasting(whole)).toEqual(toLasting(undisturbed));
    expect(readJson(folder, 'config.json')).toMatchObject({ models: { judge: { provider: 'langchain' } } });
  });

  it('replace the config’s role by role', async () => {
    calls = 0;
    const mixed = await optimize({ config: CONFIG, models: { base: createCounted('base') }, folder: createFolder() });
    expect(calls).toBe(mixed.calls?.['base']);
    expect(mixed.nodes.map(({ prompt }) => prompt)).toEqual(plain.nodes.map(({ prompt }) => prompt));
  });

  it('are part of the run: a folder of others is refused, and started again only if that is asked for', async () => {
    const folder = createFolder();
    const models = (temperature: number): OptimizeModels => ({ base: createCounted('base', { temperature }) });
    const budget = { calls: 10 };
    await optimize({ config: { ...CONFIG, budget }, models: models(0.1), folder });
    expect(await catchFault({ config: CONFIG, models: models(0.2), folder })).toEqual({
      exitCode: 2,
      message: expect.stringContaining('models.base'),
    });
    expect((await catchFault({ config: CONFIG, folder })).message).toContain('models.base');
    const fresh = await optimize({ config: { ...CONFIG, budget }, models: models(0.2), folder, fresh: true });
    expect(fresh.stoppedBy).toBe('budget');
    expect(existsSync(join(folder, 'previous-1', 'replacements.json'))).toBe(true);
  });
});

describe('nodes of the caller’s own', () => {
  const module = join(createFolder(), 'mine.mjs');
  beforeAll(() =>
    writeFileSync(
      module,
      `export default () => ({ judge: async ({ response, rewards }) => ({
         evaluation: Object.fromEntries(
           rewards.map(({ name }) => [name, { rationale: 'By length.', score: 1 + (response.length % 5) }]),
         ),
       }) });`,
    ),
  );

  it('replace the paper’s: as a function, as a module, and as the config’s key on the command line', async () => {
    const own = await optimize({ config: CONFIG, nodes, folder: createFolder() });
    expect(own.calls?.['judge']).toBe(0);
    expect(own.nodes.every(({ response, reward }) => reward === 1 + (response.length % 5))).toBe(true);
    const imported = await optimize({ config: CONFIG, nodes: module, folder: createFolder() });
    expect(toLasting(imported)).toEqual(toLasting(own));
    const [out, file] = [createFolder(), join(createFolder(), 'config.json')];
    writeFileSync(file, JSON.stringify({ ...CONFIG, nodes: module }));
    expect((await drpoHere(['optimize', '--config', file, '--out', out, '--quiet'])).status).toBe(0);
    expect(toLasting(readJson(out, 'result.json') as object)).toEqual(toLasting(own));
  });

  it('are part of the run: a folder started with others, or with none, is refused', async () => {
    const folder = createFolder();
    const config = { ...CONFIG, budget: { calls: 10 } };
    await optimize({ config, nodes, folder });
    const another = (): Partial<Nodes> => ({ judge: async () => ({ evaluation: {} }) });
    expect((await catchFault({ config, nodes: another, folder })).message).toContain('nodes.judge');
    expect(await catchFault({ config, folder })).toEqual({
      exitCode: 2,
      message: expect.stringContaining('nodes.judge'),
    });
    expect((await optimize({ config, nodes, folder })).stoppedBy).toBe('budget');
  });

  it('are refused if they come in a promise or a list', async () => {
    for (const made of ['async () => ({})', '() => []']) {
      const module = join(createFolder(), 'late.mjs');
      writeFileSync(module, `export default ${made};`);
      const { message, exitCode } = await catchFault({ config: CONFIG, folder: createFolder(), nodes: module });
      expect([message, exitCode]).toEqual([expect.stringContaining('nodes: expected functions named'), 2]);
    }
  });

  it('are refused if they are no nodes', async () => {
    // @ts-expect-error -- no such node
    const wrong = await catchFault({ config: CONFIG, nodes: () => ({ jugde: judge }), folder: createFolder() });
    expect(wrong).toEqual({ exitCode: 2, message: expect.stringMatching(/^nodes: .*judge.*got "jugde"$/) });
    const missing = await catchFault({ config: CONFIG, nodes: './nowhere.mjs', folder: createFolder() });
    expect(missing).toEqual({ exitCode: 2, message: expect.stringMatching(/^nodes: expected a file/) });
  });
});

describe('events', () => {
  const count = (type: OptimizeEvent['type']): number => plainEvents.filter((event) => event.type === type).length;

  it('say how a run starts, what is judged, rejected and ranked, and how it ends', async () => {
    expect(plainEvents[0]).toMatchObject({ type: 'started', folder: plain.folder, levels: 4, judgedBefore: [] });
    expect(plainEvents.at(-1)).toMatchObject({ type: 'finished', folder: plain.folder, error: undefined });
    expect(count('candidateJudged')).toBe(plain.nodes.length);
    expect(plainEvents.flatMap((e) => (e.type === 'levelRanked' ? [e.level] : []))).toEqual(
      Array.from({ length: plain.levels + 1 }, (_, level) => level),
    );
    expect(count('rewriteRejected')).toBe(Object.values(plain.rejectedRewrites).reduce((a, b) => a + b, 0));
    const proof = plainEvents.flatMap((e) => (e.type === 'proofUpdated' ? [e] : []));
    expect(proof.map(({ mean, low, high }) => ({ mean, low, high }))).toEqual(
      plain.final?.difference ? [plain.final.difference] : [],
    );
  });

  it('name what an earlier session judged, and end with the fault of a run that fails', async () => {
    const folder = createFolder();
    const small = await optimize({ config: { ...CONFIG, budget: { calls: 30 } }, folder });
    const events: OptimizeEvent[] = [];
    const onEvent = (event: OptimizeEvent): void => void events.push(event);
    const failing = (): Partial<Nodes> => ({ judge: () => Promise.reject(new TypeError('no judge')) });
    await optimize({ config: CONFIG, folder, onEvent });
    const [started] = events;
    expect(started?.type === 'started' && started.judgedBefore).toHaveLength(small.nodes.length);
    const fault = await catchFault({ config: CONFIG, nodes: failing, folder: createFolder(), onEvent });
    expect(fault).toEqual({ exitCode: 1, message: 'no judge' });
    expect(events.at(-1)).toMatchObject({ type: 'finished', result: null, error: new TypeError('no judge') });
  });

  it('report each call that is sent again, and each reply that could not be read', async () => {
    const [busy, vague] = [createSimulatedModel('base'), createSimulatedModel('judge')];
    const [answer, assess] = [busy._generate.bind(busy), vague._generate.bind(vague)];
    let [isBusy, isVague] = [true, true];
    busy._generate = async (...asked) => {
      if (!isBusy) return answer(...asked);
      isBusy = false;
      throw Object.assign(new Error('slow down'), { status: 429 });
    };
    vague._generate = async (...asked) => {
      if (!isVague) return assess(...asked);
      isVague = false;
      return { generations: [{ text: 'Hard to say.', message: new AIMessage('Hard to say.') }] };
    };
    const events: OptimizeEvent[] = [];
    const onEvent = (event: OptimizeEvent): void => void events.push(event);
    const models = { base: busy, judge: vague };
    const run = await optimize({ config: CONFIG, models, folder: createFolder(), onEvent });
    const of = (type: OptimizeEvent['type']): OptimizeEvent[] => events.filter((event) => event.type === type);
    expect(of('callRetried')).toMatchObject([{ role: 'base', kind: 'rate-limit', status: 429 }]);
    expect(of('replyUnreadable')).toMatchObject([{ step: 'judge', reply: 'Hard to say.', repaired: true }]);
    expect(run.retries?.['base']).toEqual({ 'rate-limit': 1 });
    expect(run.nodes.map(({ prompt }) => prompt)).toEqual(plain.nodes.map(({ prompt }) => prompt));
  });

  it('hand out the run’s controls: a run that is stopped there ends as one whose signal aborts', async () => {
    const onEvent = (event: OptimizeEvent): void => {
      if (event.type === 'started') void event.control?.act('stop');
    };
    expect((await optimize({ config: CONFIG, folder: createFolder(), onEvent })).stoppedBy).toBe('interrupted');
  });
});

describe('a run that an error ended', () => {
  it('continues to the result of a run without the error, wherever it was thrown', async () => {
    for (const type of ['started', 'candidateJudged', 'levelRanked', 'finished'] as const) {
      const folder = createFolder();
      const fail = (event: OptimizeEvent): void => {
        if (event.type === type) throw new Error('the listener is full');
      };
      await expect(optimize({ config: CONFIG, folder, onEvent: fail })).rejects.toThrow('the listener is full');
      expect(toLasting(await optimize({ config: CONFIG, folder }))).toEqual(toLasting(plain));
    }
  });

  it('ends with the error of a listener that rejects later, and continues', async () => {
    const folder = createFolder();
    const reject = async (event: OptimizeEvent): Promise<void> => {
      if (event.type === 'candidateJudged') throw new Error('no connection');
    };
    await expect(optimize({ config: CONFIG, folder, onEvent: reject })).rejects.toThrow('no connection');
    expect(toLasting(await optimize({ config: CONFIG, folder }))).toEqual(toLasting(plain));
  });

  it('asks a judge again that could not judge, and names the reason of one that throws', async () => {
    const folder = createFolder();
    let isDown = true;
    const unsteady: Judge = async (input, config) =>
      isDown ? { evaluation: {}, missing: 'the judge is away' } : judge(input, config);
    const options = { config: CONFIG, folder, nodes: (): Partial<Nodes> => ({ judge: unsteady }) };
    await expect(optimize(options)).rejects.toThrow('the judge is away');
    isDown = false;
    const { nodes: judged } = await optimize(options);
    expect(judged.filter(({ reward }) => reward === null)).toEqual([]);
    const throwing = (): Partial<Nodes> => ({ judge: () => Promise.reject(new TypeError('my judge is down')) });
    await expect(optimize({ config: CONFIG, folder: createFolder(), nodes: throwing })).rejects.toThrow(
      'my judge is down',
    );
  });
});

describe('arguments', () => {
  it.each([
    ['a key of the config', { config: { ...CONFIG, search: { beamwidth: 2 } } }, 'Did you mean search.beamWidth?'],
    ['a key at the wrong place', { beamwidth: 2 }, 'beamWidth?'],
    ['an option', { config: CONFIG, qeries: [] }, 'qeries: unknown key. Did you mean queries?'],
    ['no model', { config: {} }, 'models: '],
    ['a model that is none', { models: { base: {} } }, 'models.base: expected a model of LangChain, got {}'],
    ['no queries', { config: CONFIG, queries: [] }, 'queries: expected at least one query'],
    ['a query that is none', { config: CONFIG, queries: ['a', 3] }, 'queries, item 2: expected a text'],
    ['a file that is not there', { config: 'nowhere.json' }, 'nowhere.json'],
  ])('are checked as configs are: %s', async (_, options, message) => {
    const fault = await catchFault(options as OptimizeOptions);
    expect(fault).toEqual({ exitCode: 2, message: expect.stringContaining(message) });
  });
});

describe('without a folder', () => {
  const [cwd, dir] = [process.cwd(), createFolder()];
  beforeAll(() => process.chdir(dir));
  afterAll(() => process.chdir(cwd));

  it('the run has the default folder of the command line, and one of its own if something is replaced', async () => {
    const config = { ...CONFIG, budget: { calls: 5 } };
    const { folder } = await optimize({ config });
    writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
    expect((await drpoHere(['optimize', '--config', 'config.json'])).stdout).toContain(folder);
    expect((await optimize({ config })).folder).toBe(folder);
    expect((await optimize({ config, nodes })).folder).not.toBe(folder);
    const [asked, again] = [await optimize({ config, queries: QUERIES }), await optimize({ config, queries: QUERIES })];
    expect(asked.folder).toBe(again.folder);
    expect(asked.folder).not.toBe(folder);
  });
});
