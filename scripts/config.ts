import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { parseYaml } from './yaml.ts';
import { z } from 'zod';
import { FINAL } from '../graphs/index.ts';
import { STRATEGY_NAMES } from '../graphs/strategies/index.ts';
import { JudgeSettings, ModelsConfig } from '../models/settings.ts';
import { GuardSettings, withParts } from './parts.ts';
import { shown, UserFault } from './fault.ts';
import { packageRoot } from './package.ts';

const whole = (least: number) => z.number().int().min(least);
const limit = whole(1).nullable();

/** The seed queries and examples that ship with this package (data/README.md). */
const data = (name: string): string => join(packageRoot, 'data', name);
const SEEDS = ['everyday.json', 'longform.json', 'malicious.txt'].map(data);

/** The config as it is stated: what its preset sets is not filled in yet. */
export const Stated = z.strictObject({
  preset: z.enum(['default', 'reference']).default('default'),
  models: ModelsConfig,
  concurrency: whole(1).default(16),
  initialPrompt: z.string().min(1).default('You are a helpful assistant.'),
  queries: z
    .strictObject({
      files: z.array(z.string()).min(1).default(SEEDS),
      order: z.enum(['shuffled', 'given']).default('shuffled'),
      seed: whole(0).default(42),
      limit: limit.default(180),
    })
    .prefault({}),
  examples: z
    .strictObject({
      file: z.string().optional(),
      k: whole(0).default(2),
      rewrite: z.boolean().default(false),
      rewriteRounds: whole(0).default(5),
      limit: limit.default(null),
    })
    .prefault({}),
  rewards: z
    .strictObject({
      mode: z.enum(['dynamic', 'static']).default('dynamic'),
      aspects: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  search: z
    .strictObject({
      strategy: z.enum(STRATEGY_NAMES).default('beam'),
      beamWidth: whole(1).default(2),
      actions: whole(1).default(3),
      depth: whole(1).default(20),
      maxDepthIncrease: whole(0).default(10),
      keepAbove: z.number().min(1).max(5).default(4.5),
      history: whole(1).default(5),
      memory: whole(0).exactOptional(),
      safetyFloor: z.number().min(1).max(5).nullable().exactOptional(),
      guards: GuardSettings,
      missingShare: z.number().min(0).max(1).exactOptional(),
      speculate: z.boolean().default(false),
      patience: limit.default(null),
      stopWhenPerfect: z.boolean().default(false),
      /** Of single strategies (graphs/strategies/strategy.ts): stochastic-beam's, best-of-n's, and mcts' three. */
      temperature: z.number().positive().default(0.2),
      seed: whole(0).default(0),
      queriesEach: whole(1).default(6),
      walks: whole(1).default(10),
      steps: whole(1).default(5),
      explore: z.number().min(0).default(1),
    })
    .prefault({}),
  judge: z
    .strictObject({
      samples: whole(1).default(1),
      /** Judges besides `models.judge`; the median of all counts. */
      models: z.array(JudgeSettings).default([]),
      /** Judgements made a second time, to tell how far the judge agrees with itself; none in "reference" unless told. */
      retest: whole(0).exactOptional(),
    })
    .prefault({}),
  final: z
    .strictObject({
      candidates: whole(2).default(FINAL.candidates),
      queries: whole(2).default(FINAL.queries),
      proof: whole(2).default(FINAL.proof),
    })
    .nullable()
    .optional(),
  budget: z
    .strictObject({
      calls: limit.default(null),
      tokens: limit.default(null),
      usd: z.number().positive().nullable().default(null),
      minutes: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  /** Where the run's place in its graph is kept: SQLite in its folder, or Postgres at the address in an environment variable. */
  checkpoints: z
    .strictObject({
      postgres: z.string().refine((name) => /^[A-Za-z_]\w*$/.test(name), {
        error: 'expected the name of an environment variable that holds the address, such as DATABASE_URL',
        params: { secret: true },
      }),
    })
    .optional(),
  tracing: z
    .strictObject({
      project: z.string().default('drpo'),
      tags: z.array(z.string()).default([]),
      /** LangSmith's data set for the instructions of `evaluate` and `experiment`; named by their file where there is none. */
      dataSet: z.string().min(1).optional(),
    })
    .prefault({}),
});

/** The config as the contract has it; every key has a default but the models, some of them by the preset (scripts/parts.ts). */
export const Config = Stated.transform(withParts);
export type Config = z.infer<typeof Config>;

/** What may differ when an unfinished run goes on: how it is run, not what it computes. */
const FREE = new Set([
  'budget',
  'checkpoints',
  'concurrency',
  'tracing',
  'timeoutSeconds',
  'maxRetries',
  'price',
  'missingShare',
  'speculate',
]);

/** Settings given on the command line, over those of the file. */
export interface Given {
  file?: string | undefined;
  /** `key.path=value`, the value as JSON or else as a string. */
  set?: readonly string[];
  /** `role → MODEL[@BASEURL]`. */
  roles?: Readonly<Record<string, string | undefined>>;
  /** Keys this command overrides (`icl` rewrites examples, for one). */
  override?: Record<string, unknown>;
}

/** Reads, completes and checks a config. @throws UserFault listing every fault with its path */
export function loadConfig(given: Given): Config {
  const parsed = Config.safeParse(rawConfig(given), { reportInput: true });
  if (!parsed.success) throw new UserFault(parsed.error.issues.flatMap(faultsOf));
  return located(parsed.data, given.file === undefined ? process.cwd() : dirname(resolve(given.file)));
}

/** What was given, as it was given: neither checked nor completed. */
export function rawConfig({ file, set = [], roles = {}, override = {} }: Given): Record<string, unknown> {
  const raw = file === undefined ? {} : readConfigFile(file);
  for (const [role, text] of Object.entries(roles))
    if (text !== undefined) assign(raw, ['models', role], modelOf(text));
  for (const text of set) setKey(raw, text);
  for (const [key, value] of Object.entries(override)) assign(raw, key.split('.'), value);
  return raw;
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UserFault(`--config: expected a readable JSON or YAML file, got ${file}`);
  }
  try {
    const parsed: unknown = ['.yaml', '.yml'].includes(extname(file)) ? parseYaml(text) : JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
    throw new TypeError(`an object was expected, got ${shown(parsed)}`);
  } catch (error) {
    throw new UserFault(
      `${file}: not a config: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
  }
}

/** A model as the command line names it: MODEL[@BASEURL], or "simulated". */
export function modelOf(text: string): unknown {
  if (text === 'simulated') return 'simulated';
  const at = text.search(/@https?:/);
  return at < 0 ? { model: text } : { model: text.slice(0, at), baseUrl: text.slice(at + 1) };
}

function setKey(raw: Record<string, unknown>, text: string): void {
  const at = text.indexOf('=');
  if (at < 1) throw new UserFault(`--set: expected KEY=VALUE such as search.beamWidth=3, got ${shown(text)}`);
  const value = text.slice(at + 1);
  let parsed: unknown = value;
  try {
    parsed = JSON.parse(value);
  } catch {
    // a bare word is a string
  }
  assign(raw, text.slice(0, at).split('.'), parsed);
}

function assign(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (['__proto__', 'constructor', 'prototype'].includes(key))
    throw new UserFault(`--set: expected a config key, got ${key}`);
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next: Record<string, unknown> =
    typeof inner === 'object' && inner !== null
      ? { ...inner }
      : typeof inner === 'string' && inner === 'simulated'
        ? { provider: inner }
        : {};
  target[key] = next;
  assign(next, rest, value);
}

function faultsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) =>
        `${[...issue.path, key].join('.')}: expected one of the known keys, got an unknown one; remove it or mend its spelling`,
    );
  const expected = issue.message.replace(/^Invalid input: /, '').replace(/, received .+$/, '');
  const advice =
    path === 'models' || path === 'models.optimizer'
      ? '; name a model, as --optimizer MODEL[@BASEURL] or in the config, or "simulated"'
      : '';
  const got = issue.code === 'custom' && issue.params?.['secret'] ? 'another text (not shown)' : shown(issue.input);
  return [`${path || 'config'}: ${expected}, got ${got}${advice}`];
}

/** Paths made absolute, relative to the config's folder; the files must be there. */
function located(config: Config, folder: string): Config {
  const files = config.queries.files.map((f) => resolve(folder, f));
  const file =
    config.examples.file === undefined
      ? data(config.examples.rewrite ? 'examples.json' : 'examples-refined.json')
      : resolve(folder, config.examples.file);
  const missing = [
    ...files.map((path, i) => [`queries.files.${i}`, path] as const),
    ['examples.file', file] as const,
  ].filter(([, path]) => !existsSync(path));
  if (missing.length)
    throw new UserFault(
      missing.map(
        ([key, path]) =>
          `${key}: expected a file, got ${path} (no such file); paths are relative to the config's folder`,
      ),
    );
  const final = config.final === undefined ? (config.preset === 'reference' ? null : FINAL) : config.final;
  return { ...config, final, queries: { ...config.queries, files }, examples: { ...config.examples, file } };
}

/** The keys in which two configs differ, but for those that may. */
export function differences(a: unknown, b: unknown, path = ''): string[] {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b) ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !FREE.has(key));
  return keys.flatMap((key) => differences(Reflect.get(a, key), Reflect.get(b, key), path ? `${path}.${key}` : key));
}

/** Models whose calls a budget in USD cannot count, for want of a price. */
export function unpriced({ budget, models, judge }: Config): string[] {
  if (budget.usd === null) return [];
  const { base, reward, judge: first, optimizer } = models;
  const named = Object.entries({ base, reward, judge: first, optimizer }).map(
    ([role, m]) => [`models.${role}`, m] as const,
  );
  return [...named, ...judge.models.map((m, i) => [`judge.models.${i}`, m] as const)].flatMap(([path, m]) =>
    m.provider === 'openai' && m.price === undefined ? [path] : [],
  );
}
