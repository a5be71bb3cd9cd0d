import { Option, type Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { toChatTurns, type ChatTurn } from '../prompts/respond.ts';
import { readQueries } from '../run/config/readData.ts';
import { UserError } from '../run/config/userError.ts';
import { toPrintable } from '../run/progress.ts';
import { readRunExamples } from '../run/loadArtifact.ts';
import { collectPath, toReferenceOutput } from '../run/result.ts';
import { openFinishedRun } from '../run/loadArtifact.ts';
import { pushQueries, pushToHub } from '../evals/langsmith/pushToLangSmith.ts';
import { getErrorMessage } from '../state/failure.ts';

const EXPORT_FORMATS = ['text', 'messages', 'reference', 'hub', 'dataset'] as const;

/** The flags of `export`. */
export interface ExportFlags {
  run: string;
  to: (typeof EXPORT_FORMATS)[number];
  out?: string;
  name?: string;
}

/** Adds `export`: what a run found, for use elsewhere. */
export function addExportCommand(root: Command): void {
  root
    .command('export')
    .description(
      'a run’s prompt as text, as messages, as the reference’s output.json, or to LangSmith’s prompt hub; its queries as a data set there',
    )
    .requiredOption('--run <dir>', 'the run’s folder')
    .addOption(
      new Option(
        '--to <form>',
        'text: the prompt; messages: prompt and all examples as chat turns; reference; hub; dataset: the queries',
      )
        .choices(EXPORT_FORMATS)
        .default('text'),
    )
    .option('--out <file>', 'the file to write (default: stdout)')
    .option('--name <name>', 'the name in the hub, or of the data set (default: that of the run’s folder)')
    .action(async (flags: ExportFlags) => {
      const text = await exportRun(flags, process.env);
      if (flags.out !== undefined) writeOutputFile(flags.out, text);
      else process.stdout.write(process.stdout.isTTY ? `${toPrintable(text.trimEnd())}\n` : text);
    });
}

/** What a run found in the form asked for; of LangSmith, where it is there. @throws UserError */
export async function exportRun(
  { run, to, name = basename(resolve(run)) }: Omit<ExportFlags, 'out'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { folder, prompt, config } = openFinishedRun(run);
  if (to === 'text') return prompt;
  if (to === 'dataset') return `${await pushQueries(name, await readQueries(config.queries), env)}\n`;
  if (to === 'reference') return folder.readText('output.json') ?? toPrettyJson(buildReferenceOutput(run));
  const turns = toChatTurns({ prompt, query: '', examples: readRunExamples(folder) }).slice(0, -1);
  if (to === 'messages') return toPrettyJson(turns);
  return `${await pushToHub(toHubName(name), turns, 'The system prompt and in-context examples a run of DRPO found.', env)}\n`;
}

/** The best path of the journal, for a folder that has lost its output.json. */
function buildReferenceOutput(run: string): Record<string, unknown> {
  const { folder } = openFinishedRun(run);
  const best: unknown = Reflect.get(Object(folder.readJson('result.json')), 'bestId');
  if (typeof best === 'string') return toReferenceOutput(collectPath(best, folder.nodes()));
  throw new UserError(`--run: expected a run with output.json or result.json, got ${run}; let \`optimize\` end first`);
}

const toPrettyJson = (value: Record<string, unknown> | ChatTurn[]): string => `${JSON.stringify(value, null, 2)}\n`;

/** The hub takes lower-case letters, digits, - and _, a letter first. */
function toHubName(name: string): string {
  const owned = /^[\w-]+\//.exec(name)?.[0] ?? '';
  const tame = name
    .slice(owned.length)
    .toLowerCase()
    .replaceAll(/[^a-z\d_-]+/g, '-');
  return owned + (/^[a-z]/.test(tame) ? tame : `drpo-${tame}`);
}

function writeOutputFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`--out: expected a file that can be written, got ${file} (${getErrorMessage(error)})`);
  }
}
