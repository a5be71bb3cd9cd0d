import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointsError } from '../../state/failure.ts';
import { Candidate } from '../../state/hypothesis.ts';
import { openCheckpoints, type Checkpoints } from '../openCheckpoints.ts';
import { createDamageError } from '../checkedFiles.ts';
import type { Config } from '../config/loadConfig.ts';
import { UserError } from '../config/userError.ts';
import type { RunFolder } from '../runFolder.ts';

/** What a search knew once a level was ranked. */
export const RankedLevel = z.looseObject({
  candidates: z.array(Candidate).min(1),
  levels: z.number().int(),
  queries: z.array(z.unknown()),
});
export type RankedLevel = z.infer<typeof RankedLevel>;

/**
 * The level a node is of, from the run's checkpoints. The run's folder is read and not written, not even a lock: SQLite works
 * on a copy. @throws UserError if the run has no such checkpoint
 */
export async function findRankedLevel(run: RunFolder, config: Config, id: string): Promise<RankedLevel> {
  try {
    return await readRankedLevel(run, config, id);
  } catch (error) {
    if (!(error instanceof CheckpointsError) || config.checkpoints) throw error;
    throw createDamageError(run.file('checkpoints.sqlite')); // not the copy
  }
}

async function readRankedLevel(run: RunFolder, config: Config, id: string): Promise<RankedLevel> {
  const { saver, thread, close } = await openCheckpointsToRead(run, config);
  try {
    for await (const { config: at, checkpoint } of saver.list(thread)) {
      const level = RankedLevel.safeParse(checkpoint.channel_values);
      if (isSearchNamespace(at.configurable?.['checkpoint_ns']) && level.success && isRanked(level.data))
        if (level.data.candidates.some((c) => c.id === id)) return level.data;
    }
  } finally {
    await close();
  }
  throw new UserError(
    `--node: expected a node whose level is in the checkpoints of ${run.path}, got ${id}, which is not; see the ids in its result.json`,
  );
}

/** Of a whole run its second stage, of a branch the thread itself. */
const isSearchNamespace = (space: unknown): boolean =>
  typeof space === 'string' && (space === '' || /^searchSystemPrompt:[^|]*$/.test(space));

/** Before a level is ranked, `levels` is still that of the one before. */
const isRanked = ({ candidates, levels }: RankedLevel): boolean => candidates[0]?.depth === levels;

async function openCheckpointsToRead(run: RunFolder, config: Config): Promise<Checkpoints> {
  const file = run.file('checkpoints.sqlite');
  if (config.checkpoints) {
    if (run.readText('thread.txt') === undefined) throw makeMissingCheckpointsFault(run);
    return openCheckpoints(run, config);
  }
  if (!existsSync(file)) throw makeMissingCheckpointsFault(run);
  const folder = mkdtempSync(join(tmpdir(), 'drpo-branch-'));
  for (const suffix of ['', '-wal'])
    if (existsSync(file + suffix)) cpSync(file + suffix, join(folder, `checkpoints.sqlite${suffix}`));
  const { SqliteSaver } = await import('../../checkpoints/sqliteSaver.ts');
  const saver = new SqliteSaver(join(folder, 'checkpoints.sqlite'));
  const close = async (): Promise<void> => {
    await saver.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { saver, thread: { configurable: { thread_id: 'run' } }, close };
}

const makeMissingCheckpointsFault = (run: RunFolder): UserError =>
  new UserError(
    `--run: expected a run of this machine with its checkpoints, got ${run.path}, which has none; a run at a server is forked there, an imported one has no more than its tree`,
  );
