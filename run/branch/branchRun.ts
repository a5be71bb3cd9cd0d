import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isFolderLocked } from '../../models/cache/folderLock.ts';
import { FileStore } from '../../models/index.ts';
import { checkRunParts } from '../checkRunParts.ts';
import { toCommandResult, type CommandResult } from '../commandResult.ts';
import { listChangedKeys } from '../config/listChangedKeys.ts';
import { loadConfig, type Config } from '../config/loadConfig.ts';
import { readRunData } from '../config/readData.ts';
import { readTextFile } from '../config/readTextFile.ts';
import { formatValue, UserError } from '../config/userError.ts';
import { ensureWholeResult } from '../readFinishedResult.ts';
import { Progress, type Screen } from '../progress.ts';
import type { OptimizeResult } from '../result.ts';
import { RunFolder } from '../runFolder.ts';
import { runSearch } from '../runSearch.ts';
import { describeLostAnswers, openSession, type Session } from '../session.ts';
import { createInterruptSignal } from '../stopRun.ts';
import { LEVEL_STRATEGIES } from '../levelStrategies.ts';
import { findRankedLevel } from './branchLevel.ts';
import {
  PARENT_ANSWERS_FILE,
  readBranchStart,
  prepareBranchFolder,
  startBranch,
  type BranchStart,
} from './branchStart.ts';

/** The run and the node that a branch starts from, and its folder. */
export interface BranchOptions {
  /** The folder of the run. */
  run: string;
  /** The id of the node, kept or pruned. */
  node: string;
  /** The branch's folder. */
  out: string;
  /** A file with the node's prompt in the branch. */
  prompt?: string | undefined;
  /** Edits the node's prompt for the branch. */
  edit?: ((prompt: string) => string) | undefined;
  /** `key.path=value` of settings that may differ from the run's. */
  set: readonly string[];
}

/** Continues a search from a node of a run, in another folder. The run is not changed. @throws UserError */
export async function branchRun(options: BranchOptions, screen: Screen | null): Promise<CommandResult<OptimizeResult>> {
  const first = RunFolder.openExisting(options.run);
  const config = loadBranchConfig(first, options.set);
  await checkRunParts(config);
  const { beginning, folder } = await openBranch(first, config, options);
  const { handle: onEvent } = new Progress(screen);
  const { signal, release } = createInterruptSignal();
  const { run, node, prompt } = beginning;
  let shared: FileStore | undefined;
  let session: Session | undefined;
  try {
    const before = ensureWholeResult(folder);
    for (const text of folder.damage.splice(0)) onEvent({ type: 'fileDamaged', text });
    if (before) return toCommandResult(before, folder.path);
    const answers = folder.file(PARENT_ANSWERS_FILE);
    shared = existsSync(answers) ? FileStore.open(answers, { isLocked: true }) : undefined;
    if (shared && shared.corrupt > 0) onEvent({ type: 'fileDamaged', text: describeLostAnswers(shared.corrupt) });
    session = await openSession(config, () => folder, { shared, onEvent });
    const result = await runSearch(session, await readRunData(config), {
      onEvent,
      signal,
      branch: { begin: (graph, thread) => startBranch(graph, thread, folder, beginning), about: { run, node, prompt } },
    });
    return toCommandResult(result, folder.path);
  } finally {
    release();
    await session?.close();
    shared?.close();
    folder.close();
  }
}

async function openBranch(first: RunFolder, config: Config, options: BranchOptions) {
  const { node } = options;
  const [run, out] = [resolve(options.run), resolve(options.out)];
  const all = first.nodes();
  const about = all.find(({ id }) => id === node);
  if (!about)
    throw new UserError(
      `--node: expected the id of a node of ${options.run}, such as 0.2.1, got ${formatValue(node)}; see its result.json`,
    );
  const known = readBranchStart(out);
  if (known) {
    const same =
      known.run === run &&
      known.node === node &&
      (options.prompt === undefined || readPromptFile(options.prompt) === known.prompt);
    if (same) return { beginning: known, folder: RunFolder.open(out, config) };
    throw new UserError(
      `--out: expected a new folder, got ${options.out}, a branch of ${known.run} at ${known.node}; choose another`,
    );
  }
  if (isFolderLocked(first.path))
    throw new UserError(
      `--run: expected a run that is not running, got ${options.run}, which is; wait until it ends, or stop it`,
    );
  const level = await findRankedLevel(first, config, node);
  const prompt = options.edit?.(about.prompt) ?? (options.prompt === undefined ? null : readPromptFile(options.prompt));
  const nodes = all.filter(({ depth }) => depth <= about.depth);
  const beginning: BranchStart = { run, node, prompt: prompt === about.prompt ? null : prompt, level, nodes };
  const folder = RunFolder.open(out, config);
  try {
    prepareBranchFolder(folder, beginning, first);
    return { beginning, folder };
  } catch (error) {
    folder.close();
    throw error;
  }
}

function readPromptFile(file: string): string {
  const text = readTextFile(file, '--prompt').replace(/\r?\n$/, '');
  if (text.trim() !== '') return text;
  throw new UserError(`--prompt: expected a file with a prompt, got ${file}, which is empty`);
}

/** The run's own config, with changes only to how it is run. */
function loadBranchConfig(run: RunFolder, set: readonly string[]): Config {
  run.readJson('config.json'); // refused if it is damaged
  run.requireSameFiles();
  const own = loadConfig({ file: run.file('config.json') });
  const config = loadConfig({ file: run.file('config.json'), set });
  const replaced = Object.keys(Object(run.readJson('replacements.json'))).filter((key) => key.startsWith('nodes.'));
  if (replaced.length)
    throw new UserError(
      `--run: expected a run with the paper's nodes or those of a module (nodes: FILE in its config), got one whose script replaced ${replaced.join(', ')}`,
    );
  const keys = listChangedKeys(own, config);
  if (keys.length)
    throw new UserError(
      `--set: expected what may differ between a run and its branch (budget, concurrency, …), got ${keys.join(', ')}`,
    );
  if (LEVEL_STRATEGIES.has(config.search.strategy.name)) return config;
  throw new UserError(
    `--run: expected a run of the strategies ${[...LEVEL_STRATEGIES].join(', ')}, which search level by level, got ${config.search.strategy.name}`,
  );
}
