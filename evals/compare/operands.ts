import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelsConfig, type ResolvedModel } from '../../models/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { describeBaseFaults } from '../../run/config/describeBaseFaults.ts';
import { parseModel } from '../../run/config/parseModel.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';
import { hasSetting } from '../../run/config/readRawConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { describeModel, hashText } from '../../run/describeModel.ts';
import { openFinishedRun, readRunExamples } from '../../run/loadArtifact.ts';
import { resolveModelName } from '../../run/resolveModelNames.ts';
import type { ExampleChoice } from '../../nodes/retrieveExamples.ts';
import type { Example } from '../../state/example.ts';
import { removeKeepTags } from '../../state/keptPassages.ts';

/** What a command line names: a run's folder, a text file or the first prompt, and the base model if it names one. */
export interface Operand {
  name: string;
  kind: 'initial' | 'run' | 'file';
  path: string;
  /** MODEL[@BASEURL] */
  model?: string;
}

/** A prompt to compare, and what it is answered with. */
export interface ComparedPrompt {
  name: string;
  prompt: string;
  /** The examples that k are chosen from. */
  examples: readonly Example[];
  k: number;
  choose: ExampleChoice;
  base: ResolvedModel;
}

/** The operand that stands for the config's `initialPrompt`. */
const INITIAL = 'initial';

/** Reads what an operand names. A file whose name has a "#" goes first. @throws UserError if there is no such file or folder */
export function parseOperand(text: string): Operand {
  const ends = [text.length, ...[...text.matchAll(/#/g)].map(({ index }) => index)];
  const end = ends.find((at) => findKind(text.slice(0, at)) !== undefined);
  // an address after the "#" may hold a key, which no message shows
  const path = text.slice(0, end ?? (text.includes('#') ? text.indexOf('#') : undefined));
  const kind = findKind(path);
  if (kind === undefined)
    throw new UserError(
      `compare: expected a run's folder, a text file or "${INITIAL}", got ${JSON.stringify(path)}, which is not there; check the path`,
    );
  if (end === text.length) return { name: text, kind, path };
  const model = text.slice(path.length + 1);
  if (model === '')
    throw new UserError(`compare: expected a model after ${path}#, got nothing; name one, or leave # out`);
  return { name: text, kind, path, model };
}

function findKind(path: string): Operand['kind'] | undefined {
  if (path === INITIAL) return 'initial';
  if (path === '' || !existsSync(path)) return undefined;
  if (!statSync(path).isDirectory()) return 'file';
  if (existsSync(join(path, 'config.json')) && existsSync(join(path, 'prompt.txt'))) return 'run';
  throw new UserError(
    `compare: expected a run with a result (config.json and prompt.txt), got ${path}; let \`optimize\` finish first, or name a text file`,
  );
}

/**
 * Reads the prompts of operands. A run brings its examples and how they are chosen, unless `set` says how. Any other prompt is
 * answered with those of the first run among the operands, else with `examples`. @throws UserError if a file, a run or a model cannot be used
 */
export async function readComparedPrompts(
  operands: readonly Operand[],
  config: Config,
  examples: readonly Example[],
  set: readonly string[] = [],
): Promise<ComparedPrompt[]> {
  const { k, choose } = config.examples;
  const named = {
    ...(hasSetting(set, 'examples.k') && { k }),
    ...(hasSetting(set, 'examples.choose') && { choose }),
  };
  const run = operands.find(({ kind }) => kind === 'run');
  const shared = run === undefined ? { examples, k, choose } : { ...readShots(run), ...named };
  return Promise.all(
    operands.map(async (operand) => ({
      name: operand.name,
      prompt: readPrompt(operand, config),
      ...(operand.kind === 'run' ? { ...readShots(operand), ...named } : shared),
      base: await resolveModelName('models.base', resolveOperandModel(operand, config), config.models.optimizer.model),
    })),
  );
}

/** Lists the queries that the searches of runs among the operands have asked, and those that chose their prompts. */
export function listSearchedQueries(operands: readonly Operand[]): Set<string> {
  const runs = operands.filter(({ kind }) => kind === 'run').map(({ path }) => openFinishedRun(path).folder);
  return new Set(
    runs.flatMap((folder) => [
      ...folder.nodes().map(({ query }) => query),
      ...SelectionQueries.parse(folder.readJson('result.json') ?? {}),
    ]),
  );
}

const SelectionQueries = z
  .object({
    final: z.object({
      queries: z.array(z.string()),
      // those that chose what of the prompt was left out
      shortened: z.object({ queries: z.array(z.string()) }).optional(),
    }),
  })
  .transform(({ final }) => [...final.queries, ...(final.shortened?.queries ?? [])])
  .catch([]);

function readShots({ path }: Operand): Pick<ComparedPrompt, 'examples' | 'k' | 'choose'> {
  const { folder, config } = openFinishedRun(path);
  return { examples: readRunExamples(folder), k: config.examples.k, choose: config.examples.choose };
}

function readPrompt({ kind, path }: Operand, { initialPrompt }: Config): string {
  if (kind === 'initial') return initialPrompt;
  if (kind === 'run') return openFinishedRun(path).prompt;
  // editors end a file with a line end, and Git may write others than were committed
  const text = readTextFile(path, 'compare')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .replace(/\n+$/, '');
  if (text.trim() === '') throw new UserError(`compare: expected a prompt in ${path}, got an empty file; write one`);
  if (text.includes('\0'))
    throw new UserError(`compare: expected a text file, got ${path}, which is none; name another`);
  return removeKeepTags(text);
}

/** The base model of an operand: the config's with another name. At another address, it keeps the sampling and no key. @throws UserError */
function resolveOperandModel({ model, path }: Operand, { models }: Config): ResolvedModel {
  if (model === undefined) return models.base;
  const named = parseModel(model);
  const { apiKeyEnv, headers, query, price: _, ...sampling } = models.base;
  const access = { ...(apiKeyEnv && { apiKeyEnv }), ...(headers && { headers }), ...(query && { query }) };
  const isSimulated = 'provider' in named;
  const isElsewhere = 'baseUrl' in named || sampling.provider === 'simulated';
  const { temperature, topP, maxTokens, timeoutSeconds, maxRetries, api } = sampling;
  const kept = { temperature, topP, maxTokens, timeoutSeconds, maxRetries };
  const settings = isSimulated
    ? named
    : isElsewhere
      ? { ...kept, api, ...named }
      : { ...sampling, ...access, ...named };
  const input = { base: settings, optimizer: 'simulated' };
  const parsed = ModelsConfig.safeParse(input);
  if (parsed.success) return parsed.data.base;
  throw new UserError(
    describeBaseFaults(parsed.error, ModelsConfig, input).map((line) => line.replace(/^--[\w-]+/, `${path}#MODEL`)),
  );
}

/** What makes a prompt another one than the next: its text, the examples that it is shown with, and the base model. */
export const hashComparedPrompt = ({ prompt, examples, k, choose, base }: ComparedPrompt): string =>
  hashText(
    JSON.stringify([
      prompt.trimEnd(),
      k === 0 || examples.length === 0 ? [] : { examples, k, choose },
      describeModel(base),
    ]),
  );
