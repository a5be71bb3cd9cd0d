import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { createUsageTotals } from '../../models/cache/usageTotals.ts';
import { PublishedTree } from '../../report/publishedTree.ts';
import { toExamplesObject, type Example } from '../../state/example.ts';
import { ConfigInput } from '../config/configSchema.ts';
import { describeBaseFaults } from '../config/describeBaseFaults.ts';
import { Config } from '../config/loadConfig.ts';
import { readExamples } from '../config/readExamples.ts';
import { formatValue, UserError } from '../config/userError.ts';
import { RunFolder } from '../runFolder.ts';
import { buildResult, type OptimizeResult } from '../result.ts';
import { writeResultFiles } from '../writeResult.ts';
import { parseModel } from '../config/parseModel.ts';
import { importOutput, importTree, OutputFile, type ImportedSearch } from './importReference.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** Where an imported run goes, and what its files do not say. */
export interface ImportOptions {
  /** The run's folder, a new one. */
  out: string;
  /** A file with the in-context examples of the run. */
  examples?: string | undefined;
  /** The base model: MODEL[@BASEURL] or "simulated". */
  base?: string | undefined;
}

/** Makes a run's folder from a `tree.json` or `output.json` of the reference, or from their folder. @throws UserError */
export async function importRun(path: string, { out, examples: file, base }: ImportOptions): Promise<OptimizeResult> {
  const search = readReferenceRun(path);
  const examples = file === undefined ? [] : await readExamples(file);
  if (existsSync(join(out, 'config.json')))
    throw new UserError(`--out: expected a new folder, got ${formatValue(out)}, which holds a run; choose another`);
  const model = base ?? search.model ?? basename(dirname(resolve(path)));
  const config = makeImportConfig(resolve(out), model, search, examples);
  const folder = RunFolder.openWithoutConfig(resolve(out));
  try {
    folder.writeAll({ 'queries.json': search.queries, 'config.json': config });
    return writeImportedRun(folder, config, search, examples);
  } finally {
    folder.close();
  }
}

function writeImportedRun(
  folder: RunFolder,
  config: Config,
  { nodes, best, beam }: ImportedSearch,
  examples: readonly Example[],
): OptimizeResult {
  for (const node of nodes) folder.journal.append(node);
  const { prompt: bestPrompt, id: bestId, value, depth } = best;
  const about = { bestPrompt, bestId, value, stoppedBy: 'depth', levels: depth + 1, beam, final: null };
  const result = buildResult(about, nodes, createUsageTotals(), [], 0);
  return writeResultFiles(folder, config, result, toExamplesObject(examples));
}

/** The reference preset over the run's own queries and examples. The base model stands for the judge and the optimizer, which are not published. */
function makeImportConfig(
  folder: string,
  model: string,
  { nodes, queries }: ImportedSearch,
  examples: readonly Example[],
): Config {
  const base = parseModel(model);
  const input = {
    preset: 'reference',
    models: { base, optimizer: base },
    ...(nodes[0]?.prompt && { initialPrompt: nodes[0].prompt }),
    queries: { files: [join(folder, 'queries.json')], order: 'given', limit: Math.max(1, queries.length) },
    examples: { file: join(folder, 'examples.json'), ...(examples.length === 0 && { k: 0 }) },
    final: null,
  };
  const parsed = Config.safeParse(input);
  if (parsed.success && model.replace(/@.*/s, '').trim() !== '') return parsed.data;
  if (parsed.success) throw new UserError(`--base: expected MODEL[@BASEURL] or "simulated", got ${formatValue(model)}`);
  throw new UserError(describeBaseFaults(parsed.error, ConfigInput, input));
}

function readReferenceRun(path: string): ImportedSearch {
  const file = [path, join(path, 'tree.json'), join(path, 'output.json')].find(
    (p) => existsSync(p) && statSync(p).isFile(),
  );
  if (file === undefined)
    throw new UserError(
      `import: expected tree.json or output.json of the reference, got ${formatValue(path)} (no such file)`,
    );
  const content = readJsonFile(file);
  return Object(content) === content && 'nodes' in Object(content)
    ? importTree(parseReferenceFile(PublishedTree, content, file))
    : importOutput(parseReferenceFile(OutputFile, content, file));
}

function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file}: expected JSON, got something else: ${getErrorMessage(error)}`);
  }
}

function parseReferenceFile<T>(schema: z.ZodType<T>, content: unknown, file: string): T {
  const { data, error } = schema.safeParse(content);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new UserError(
    `${file}: expected a run of the reference, got another content at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`,
  );
}
