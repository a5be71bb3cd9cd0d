import { ModelsConfig, type ResolvedModel } from '../models/index.ts';
import type { Artifact, Layout } from '../nodes/index.ts';
import { ExamplesByQuery, type Example } from '../state/example.ts';
import { Config } from './config/loadConfig.ts';
import { parseModel } from './config/parseModel.ts';
import { describeBaseFaults } from './config/describeBaseFaults.ts';
import { UserError } from './config/userError.ts';
import { RunFolder } from './runFolder.ts';
import { parseRecord, type StoredAdjustment } from '../models/cache/storedRecord.ts';
import { isThoughtFirst } from '../prompts/thoughts.ts';

/** What of a run answers queries: its artifact, and the models that play in it. */
export interface ServedRun {
  artifact: Artifact & { layout: Layout };
  base: ResolvedModel;
  embeddings: ModelsConfig['embeddings'];
  /** Whether the base model's answers in the run began inside a thought that its template opens. */
  beginsInThought: boolean;
}

/** A base model given on the command line; `keyEnv`: the variable that holds its key. */
export interface BaseModelFlags {
  base?: string | undefined;
  keyEnv?: string | undefined;
}

/** A run's folder, its config and its best prompt. @throws UserError if it holds no run with a result */
export function openFinishedRun(run: string): { folder: RunFolder; config: Config; prompt: string } {
  const folder = RunFolder.openExisting(run);
  const prompt = folder.readText('prompt.txt');
  if (prompt === undefined)
    throw new UserError(`--run: expected a run with a result (prompt.txt), got ${run}; let \`optimize\` finish first`);
  return { folder, config: readRunConfig(run), prompt };
}

/** Reads the config of a run's folder. @throws UserError if there is none */
export function readRunConfig(run: string): Config {
  const parsed = Config.safeParse(RunFolder.openExisting(run).readJson('config.json'));
  if (!parsed.success) throw new UserError(`${run}/config.json: expected the config of a run, got something else`);
  return parsed.data;
}

/** A run's artifact, laid out as it was when it was judged, and its base model or the one that the flags name. @throws UserError */
export function loadServedRun(run: string, flags: BaseModelFlags = {}): ServedRun {
  const { folder, config, prompt } = openFinishedRun(run);
  const base = resolveBaseModel(config, flags);
  const examples = readRunExamples(folder);
  return {
    artifact: {
      prompt,
      examples,
      k: config.examples.k,
      choose: config.examples.choose,
      layout: chooseLayout(config, base),
    },
    base,
    embeddings: config.models.embeddings,
    beginsInThought: base === config.models.base && beginsInThought(folder),
  };
}

/** Answers that are looked at. */
const MAX_ANSWERS = 50;

/** What the endpoints of a run refused. */
export function readAdjustments(folder: RunFolder): StoredAdjustment[] {
  const lines = folder.readText('calls.jsonl')?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const record = line.includes('"parameter":') ? parseRecord(line) : undefined;
    return record && 'parameter' in record ? [record] : [];
  });
}

function beginsInThought(folder: RunFolder): boolean {
  const answers: string[] = [];
  const lines = folder.readText('calls.jsonl')?.split('\n') ?? [];
  for (const line of lines) {
    if (answers.length >= MAX_ANSWERS) break;
    const record = line.includes('"role":"base"') ? parseRecord(line) : undefined;
    if (record && 'texts' in record) answers.push(...record.texts);
  }
  return answers.some(isThoughtFirst);
}

/** As `paperNodes` chooses it. */
const chooseLayout = ({ preset }: Config, { api }: ResolvedModel): Layout =>
  api === 'completions' ? 'plain' : preset === 'reference' ? 'split' : 'chat';

/** The run's base model, or the one named instead; another endpoint is asked in the same way as the run's. @throws UserError */
export function resolveBaseModel({ models }: Config, { base, keyEnv }: BaseModelFlags): ResolvedModel {
  if (base === undefined && keyEnv === undefined) return models.base;
  const named = base === undefined ? models.base : parseModel(base);
  const settings = 'provider' in named && base !== undefined ? named : { api: models.base.api, ...named };
  const key = keyEnv === undefined ? {} : { apiKeyEnv: keyEnv };
  const input = { base: { ...settings, ...key }, optimizer: 'simulated' };
  const parsed = ModelsConfig.safeParse(input);
  if (parsed.success) return parsed.data.base;
  throw new UserError(describeBaseFaults(parsed.error, ModelsConfig, input));
}

/** The examples a run ended with. @throws UserError */
export function readRunExamples(folder: RunFolder): Example[] {
  const parsed = ExamplesByQuery.safeParse(folder.readJson('examples.json') ?? {});
  if (!parsed.success)
    throw new UserError(`${folder.file('examples.json')}: expected an object {query: answer}, got something else`);
  return Object.entries(parsed.data).map(([query, answer]) => ({ query, answer }));
}
