import { Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileStore } from '../models/index.ts';
import { inEditor } from './approve/editor.ts';
import { ANSWERS, beginningIn, layOut, nodesIn, start, type Beginning } from '../run/branch/branchStart.ts';
import { levelOf } from '../run/branch/branchLevel.ts';
import { differences, loadConfig, type Config } from '../run/config/loadConfig.ts';
import type { Ending } from '../run/commandResult.ts';
import { textOf } from '../evals/experiments/readInstructionSets.ts';
import { shown, UserFault } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
import { finished, search } from '../run/optimize.ts';
import type { Screen } from '../run/progress.ts';
import type { Result } from '../run/result.ts';
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
export function addBranch(
  root: Command,
  tell: (flags: { json?: boolean; quiet?: boolean }, ending: Ending<Result>) => void,
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
      tell(flags, await branch(flags, flags.quiet ? null : process.stderr)),
    );
}

/** A branch of a run from one of its nodes on. @throws UserFault */
export async function branch(flags: BranchFlags, screen: Screen | null): Promise<Ending<Result>> {
  const first = RunFolder.existing(flags.run);
  const config = configOf(first, flags.set);
  const { beginning, folder } = await opened(first, config, flags);
  const before = finished(folder);
  if (before) return { status: 0, outcome: before, folder: folder.path };
  const shared = existsSync(folder.file(ANSWERS)) ? FileStore.open(folder.file(ANSWERS)) : undefined;
  const session = await openSession(config, folder, shared);
  const release = stopOnSignal(session.gateway);
  const { run, node, prompt } = beginning;
  try {
    return await search(session, await readData(config), {
      screen,
      branch: { begin: (graph, thread) => start(graph, thread, folder, beginning), about: { run, node, prompt } },
    });
  } finally {
    release();
    await session.close();
    shared?.close();
  }
}

async function opened(first: RunFolder, config: Config, flags: BranchFlags) {
  const { node } = flags;
  const [run, out] = [resolve(flags.run), resolve(flags.out)];
  const all = nodesIn(first);
  const about = all.find(({ id }) => id === node);
  if (!about)
    throw new UserFault(
      `--node: expected the id of a node of ${flags.run}, such as 0.2.1, got ${shown(node)}; see its result.json`,
    );
  const known = beginningIn(out);
  if (known) {
    const same =
      known.run === run &&
      known.node === node &&
      (flags.prompt === undefined || promptIn(flags.prompt) === known.prompt);
    if (same) return { beginning: known, folder: RunFolder.open(out, config) };
    throw new UserFault(
      `--out: expected a new folder, got ${flags.out}, a branch of ${known.run} at ${known.node}; choose another`,
    );
  }
  if (existsSync(first.file('calls.jsonl.lock')))
    throw new UserFault(
      `--run: expected a run that is not at work, got ${flags.run}, which is; wait for it, or stop it`,
    );
  const level = await levelOf(first, config, node);
  const prompt = flags.edit ? inEditor(about.prompt) : flags.prompt === undefined ? null : promptIn(flags.prompt);
  const nodes = all.filter(({ depth }) => depth <= about.depth);
  const beginning: Beginning = { run, node, prompt: prompt === about.prompt ? null : prompt, level, nodes };
  const folder = RunFolder.open(out, config);
  layOut(folder, beginning, first);
  return { beginning, folder };
}

function promptIn(file: string): string {
  const text = textOf(file, '--prompt').replace(/\r?\n$/, '');
  if (text.trim() !== '') return text;
  throw new UserFault(`--prompt: expected a file with a prompt, got ${file}, which is empty`);
}

/** Where a search keeps no levels, there is none to go back to. */
const WITH_LEVELS = new Set<string>(['beam', 'greedy', 'stochastic-beam']);

/** The run's own config; how it is run may differ. */
function configOf(run: RunFolder, set: readonly string[]): Config {
  const own = loadConfig({ file: run.file('config.json') });
  const config = loadConfig({ file: run.file('config.json'), set });
  const keys = differences(own, config);
  if (keys.length)
    throw new UserFault(
      `--set: expected what may differ between a run and its branch (budget, concurrency, …), got ${keys.join(', ')}`,
    );
  if (WITH_LEVELS.has(config.search.strategy)) return config;
  throw new UserFault(
    `--run: expected a run of the strategies ${[...WITH_LEVELS].join(', ')}, which go level by level, got ${config.search.strategy}`,
  );
}
