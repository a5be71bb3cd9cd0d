import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { parseCheckedLine } from '../../models/cache/checkedLine.ts';
import type { Config } from '../config/loadConfig.ts';
import { resolveDataPath } from '../config/dataDefaults.ts';
import { listDataFiles } from '../config/listDataFiles.ts';
import { UserError } from '../config/userError.ts';
import { hashFile } from '../fileDigests.ts';
import { readRunConfig } from '../loadArtifact.ts';
import { readFinishedResult } from '../readFinishedResult.ts';
import type { OptimizeResult } from '../result.ts';
import { RunEvent } from '../runEvent.ts';
import { DATA_FILE, RunFolder } from '../runFolder.ts';

/** A run that has ended, with all that its repetition needs. */
export interface RecordedRun {
  /** The config, with the data files where they are now. */
  config: Config;
  result: OptimizeResult;
  /** The file of its answers. */
  answers: string;
  /** What it warned of while it ran. */
  warnings: RunEvent[];
}

/** Reads a recorded run. Its folder may have been moved; its data files may lie in it. @throws UserError if anything is missing or changed */
export function readRecordedRun(path: string): RecordedRun {
  const folder = RunFolder.openExisting(path);
  const result = readFinishedResult(folder);
  if (!result)
    throw new UserError(`${path}: expected a run that has ended, with its files whole, got another; give its folder`);
  const odd = ['remote.json', 'branch.json', 'replacements.json'].find((name) => existsSync(folder.file(name)));
  if (odd !== undefined)
    throw new UserError(
      `${path}: expected a whole run of \`optimize\` with the models and nodes of its config, got ${odd}; give another run`,
    );
  const answers = folder.file('calls.jsonl');
  if (!existsSync(answers))
    throw new UserError(`${path}: expected its answers in calls.jsonl, got no such file; a replay needs them`);
  const digests = readDigests(folder);
  const config = withFilesFound(readRunConfig(path), path, digests);
  requireSameData(path, listDataFiles(config), digests);
  return { config, result, answers, warnings: readWarnings(folder) };
}

/** The warnings among the run's events; a line that cannot be read is none. */
const readWarnings = (folder: RunFolder): RunEvent[] =>
  (folder.readText('events.jsonl') ?? '').split('\n').flatMap((line) => {
    const event = line.includes('"warning"') ? RunEvent.safeParse(parseCheckedLine(line)).data : undefined;
    return event?.kind === 'warning' ? event : [];
  });

/**
 * The config with each file where it is now: in the folder of the run, where it was, or in this package. One as the run read it comes
 * first: `examples.json` in the folder may be a result. @throws UserError
 */
function withFilesFound(config: Config, folder: string, digests: Digests): Config {
  const find = (file: string): string => {
    const name = basename(file);
    const places = [join(folder, name), file, resolveDataPath(name)].filter((place) => existsSync(place));
    const found = places.find((place) => hashFile(place) === digests.get(name)) ?? places[0];
    if (found !== undefined) return resolve(found);
    throw new UserError(`${folder}: expected the file ${name} of the run beside its results, got none`);
  };
  const { queries, examples, rewards, nodes } = config;
  return {
    ...config,
    queries: {
      ...queries,
      files: queries.files.map(find),
      ...(queries.heldOut && { heldOut: queries.heldOut.map(find) }),
    },
    examples: { ...examples, ...(examples.file !== undefined && { file: find(examples.file) }) },
    rewards: {
      ...rewards,
      checks: rewards.checks.map((check) => ('module' in check ? { ...check, module: find(check.module) } : check)),
    },
    ...(nodes !== undefined && { nodes: find(nodes) }),
  };
}

/** The hashes of the data files that a run read, by name. */
type Digests = ReadonlyMap<string, string>;
const DataDigests = z.record(z.string(), z.string()).catch({});

const readDigests = (folder: RunFolder): Digests =>
  new Map(Object.entries(DataDigests.parse(folder.readJson(DATA_FILE))).map(([file, hash]) => [basename(file), hash]));

/** @throws UserError if a data file is not as the run read it */
function requireSameData(folder: string, files: readonly string[], digests: Digests): void {
  const changed = files.filter((file) => ![hashFile(file), undefined].includes(digests.get(basename(file))));
  if (changed.length > 0)
    throw new UserError(
      `${folder}: expected the data that the run read, got another content of ${changed.join(', ')}; restore it`,
    );
}
