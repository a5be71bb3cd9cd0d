import { Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileStore } from '../models/index.ts';
import { editInEditor } from './approve/editor.ts';
import {
  PARENT_ANSWERS_FILE,
  readBranchStart,
  prepareBranchFolder,
  readJournalNodes,
  startBranch,
  type BranchStart,
} from '../run/branch/branchStart.ts';
import { findRankedLevel } from '../run/branch/branchLevel.ts';
import { listChangedKeys, loadConfig, type Config } from '../run/config/loadConfig.ts';
import type { CommandResult } from '../run/commandResult.ts';
import { readTextFile } from '../evals/experiments/readTextFile.ts';
import { formatValue, UserError } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
import { readFinishedResult, runSearch } from '../run/optimize.ts';
import type { Screen } from '../run/progress.ts';
import type { OptimizeResult } from '../run/result.ts';
import { readData } from '../run/config/readData.ts';
import { openSession } from '../run/session.ts';
import { stopOnSignal } from '../run/stopRun.ts';

/** The flags of `branch`. */
export interface BranchFlags {
  run: string;
  node: string;
  out: string;
  prompt?: string;
  edit?: boolean;
  set: string[];
}

/** Adds `branch`. `tell`: prints an ending. */
export function addBranchCommand(
  root: Command,
  tell: (flags: { json?: boolean; quiet?: boolean }, ending: CommandResult<OptimizeResult>) => void,
): void {
  root
    .command('branch')
    .description('goes back to a node of a run and on from there into a folder of its own; the run stays as it is')
    .requiredOption('--run <dir>', 'the run’s folder')
    .requiredOption(
      '--node <id>',
      'the node to go on from, a pruned one too, such as 0.2.1 (ids: result.json, report.html)',
    )
    .requiredOption('--out <dir>', 'the branch’s folder; the same command goes on with an unfinished branch')
    .addOption(new Option('--prompt <file>', 'the node’s prompt in the branch, from a file').conflicts('edit'))
    .option('--edit', 'edit the node’s prompt in $EDITOR first')
    .option(
      '--set <key=value>',
      'a budget, concurrency and the like (repeatable)',
      (v: string, all: string[]) => [...all, v],
      [],
    )
    .option('--json', 'the outcome as one JSON object on stdout, last line', false)
    .option('--quiet', 'no progress, no summary', false)
    .action(async (flags: BranchFlags & { json: boolean; quiet: boolean }) =>
      tell(flags, await branchRun(flags, flags.quiet ? null : process.stderr)),
    );
}

/** A branch of a run from one of its nodes on. @throws UserError */
export async function branchRun(flags: BranchFlags, screen: Screen | null): Promise<CommandResult<OptimizeResult>> {
  const first = RunFolder.openExisting(flags.run);
  const config = loadBranchConfig(first, flags.set);
  const { beginning, folder } = await openBranch(first, config, flags);
  const before = readFinishedResult(folder);
  if (before) return { exitCode: 0, outcome: before, folder: folder.path };
  const shared = existsSync(folder.file(PARENT_ANSWERS_FILE))
    ? FileStore.open(folder.file(PARENT_ANSWERS_FILE))
    : undefined;
  const session = await openSession(config, folder, shared);
  const release = stopOnSignal(session.gateway);
  const { run, node, prompt } = beginning;
  try {
    return await runSearch(session, await readData(config), {
      screen,
      branch: { begin: (graph, thread) => startBranch(graph, thread, folder, beginning), about: { run, node, prompt } },
    });
  } finally {
    release();
    await session.close();
    shared?.close();
  }
}

async function openBranch(first: RunFolder, config: Config, flags: BranchFlags) {
  const { node } = flags;
  const [run, out] = [resolve(flags.run), resolve(flags.out)];
  const all = readJournalNodes(first);
  const about = all.find(({ id }) => id === node);
  if (!about)
    throw new UserError(
      `--node: expected the id of a node of ${flags.run}, such as 0.2.1, got ${formatValue(node)}; see its result.json`,
    );
  const known = readBranchStart(out);
  if (known) {
    const same =
      known.run === run &&
      known.node === node &&
      (flags.prompt === undefined || readPromptFile(flags.prompt) === known.prompt);
    if (same) return { beginning: known, folder: RunFolder.open(out, config) };
    throw new UserError(
      `--out: expected a new folder, got ${flags.out}, a branch of ${known.run} at ${known.node}; choose another`,
    );
  }
  if (existsSync(first.file('calls.jsonl.lock')))
    throw new UserError(
      `--run: expected a run that is not at work, got ${flags.run}, which is; wait for it, or stop it`,
    );
  const level = await findRankedLevel(first, config, node);
  const prompt = flags.edit
    ? editInEditor(about.prompt)
    : flags.prompt === undefined
      ? null
      : readPromptFile(flags.prompt);
  const nodes = all.filter(({ depth }) => depth <= about.depth);
  const beginning: BranchStart = { run, node, prompt: prompt === about.prompt ? null : prompt, level, nodes };
  const folder = RunFolder.open(out, config);
  prepareBranchFolder(folder, beginning, first);
  return { beginning, folder };
}

function readPromptFile(file: string): string {
  const text = readTextFile(file, '--prompt').replace(/\r?\n$/, '');
  if (text.trim() !== '') return text;
  throw new UserError(`--prompt: expected a file with a prompt, got ${file}, which is empty`);
}

/** Where a search keeps no levels, there is none to go back to. */
const LEVEL_STRATEGIES = new Set<string>(['beam', 'greedy', 'stochastic-beam']);

/** The run's own config; how it is run may differ. */
function loadBranchConfig(run: RunFolder, set: readonly string[]): Config {
  const own = loadConfig({ file: run.file('config.json') });
  const config = loadConfig({ file: run.file('config.json'), set });
  const keys = listChangedKeys(own, config);
  if (keys.length)
    throw new UserError(
      `--set: expected what may differ between a run and its branch (budget, concurrency, …), got ${keys.join(', ')}`,
    );
  if (LEVEL_STRATEGIES.has(config.search.strategy.name)) return config;
  throw new UserError(
    `--run: expected a run of the strategies ${[...LEVEL_STRATEGIES].join(', ')}, which go level by level, got ${config.search.strategy.name}`,
  );
}
