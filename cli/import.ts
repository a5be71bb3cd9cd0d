import type { Command } from 'commander';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { createUsageTotals } from '../models/index.ts';
import type { Example } from '../state/example.ts';
import { Config } from '../run/config/loadConfig.ts';
import { readExamples } from '../run/config/readData.ts';
import { formatValue, UserError } from '../run/config/userError.ts';
import { toJsonLine, toPrintable } from '../run/progress.ts';
import { RunFolder } from '../run/runFolder.ts';
import { collectPath, toReferenceOutput, buildResult, type OptimizeResult } from '../run/result.ts';
import { parseModel } from '../run/config/parseModel.ts';
import { importOutput, importTree, OutputFile, TreeFile, type ImportedSearch } from './importReference.ts';
import { getErrorMessage } from '../state/failure.ts';

/** The flags of `import`. */
export interface ImportFlags {
  out: string;
  examples?: string;
  base?: string;
}

/** Adds `import`: a run of the reference becomes a run's folder. */
export function addImportCommand(root: Command): void {
  root
    .command('import')
    .description('a run of the reference (tree.json, output.json, or the folder they are in) becomes a run’s folder')
    .argument('<path>', 'tree.json or output.json, or their folder')
    .requiredOption('--out <dir>', 'the run’s folder, a new one')
    .option('--examples <file>', 'the in-context examples of the run, such as ICL_examples.json (default: none)')
    .option('--base <model>', 'the base model: MODEL[@BASEURL] or "simulated" (default: the one the run names)')
    .option('--json', 'the outcome as one JSON object on stdout', false)
    .action(async (path: string, flags: ImportFlags & { json: boolean }) => {
      const result = await importRun(path, flags);
      const told = `${result.nodes.length} nodes, best path ${result.bestId}, mean reward ${result.value}: ${flags.out}`;
      const none =
        flags.examples === undefined ? '\nNo in-context examples came with it; --examples FILE adds them.' : '';
      (flags.json ? process.stderr : process.stdout).write(`${toPrintable(told)}${none}\n`);
      if (flags.json) process.stdout.write(toJsonLine(result));
    });
}

/** Writes the files of a run from what the reference published. @throws UserError */
export async function importRun(path: string, { out, examples: file, base }: ImportFlags): Promise<OptimizeResult> {
  const found = readReferenceRun(path);
  const examples = file === undefined ? [] : await readExamples(file);
  if (existsSync(join(out, 'config.json')))
    throw new UserError(`--out: expected a new folder, got ${formatValue(out)}, which holds a run; choose another`);
  const folder = RunFolder.openWithoutConfig(resolve(out));
  const model = base ?? found.model ?? basename(dirname(resolve(path)));
  folder.write('queries.json', found.queries);
  folder.write('config.json', makeImportConfig(folder, model, found, examples));
  return writeImportedRun(folder, found, examples);
}

function writeImportedRun(
  folder: RunFolder,
  { nodes, best, beam }: ImportedSearch,
  examples: readonly Example[],
): OptimizeResult {
  folder.write('nodes.jsonl', nodes.map((node) => `${JSON.stringify(node)}\n`).join(''));
  const { prompt: bestPrompt, id: bestId, value, depth } = best;
  const about = { bestPrompt, bestId, value, stoppedBy: 'depth', levels: depth + 1, beam, final: null };
  const result = buildResult(about, nodes, createUsageTotals(), [], 0);
  folder.write('examples.json', Object.fromEntries(examples.map((e) => [e.query, e.answer])));
  folder.write('prompt.txt', bestPrompt);
  folder.write('output.json', toReferenceOutput(collectPath(bestId, nodes)));
  folder.write('result.json', result);
  return result;
}

/** The reference preset over the run's own queries and examples; who judged and optimised is not published. */
function makeImportConfig(
  folder: RunFolder,
  model: string,
  { nodes, queries }: ImportedSearch,
  examples: readonly Example[],
): Config {
  const base = parseModel(model);
  return Config.parse({
    preset: 'reference',
    models: { base, optimizer: base },
    ...(nodes[0]?.prompt && { initialPrompt: nodes[0].prompt }),
    queries: { files: [folder.file('queries.json')], order: 'given', limit: Math.max(1, queries.length) },
    examples: { file: folder.file('examples.json'), k: examples.length ? 2 : 0 },
    final: null,
  });
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
    ? importTree(parseReferenceFile(TreeFile, content, file))
    : importOutput(parseReferenceFile(OutputFile, content, file));
}

function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file}: expected JSON, got a fault: ${getErrorMessage(error)}`);
  }
}

function parseReferenceFile<T>(schema: z.ZodType<T>, content: unknown, file: string): T {
  const { data, error } = schema.safeParse(content);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new UserError(
    `${file}: expected a run of the reference, got a fault at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`,
  );
}
