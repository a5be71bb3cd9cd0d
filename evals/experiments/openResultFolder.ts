import { resolve } from 'node:path';
import type { CommandOptions } from '../../run/commandResult.ts';
import { listChangedKeys } from '../../run/config/listChangedKeys.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { hashText } from '../../run/describeModel.ts';
import { RunFolder } from '../../run/runFolder.ts';

/** What a folder of results is for, besides its config. */
export interface ResultSubject {
  /** Names the file that keeps the subject, and the subject in an error. */
  kind: 'evaluation' | 'experiment' | 'bias' | 'labels' | 'comparison';
  /** Begins the default folder's name. */
  prefix: string;
  subject: Record<string, unknown>;
}

/**
 * Opens the folder of an evaluation, an experiment, a bias check, a judge's labels or a comparison; one with the same config and subject continues.
 * @throws UserError if the folder belongs to another config or subject, unless `fresh`
 */
export function openResultFolder(
  config: Config,
  { out, fresh = false }: Pick<CommandOptions, 'out' | 'fresh'>,
  { kind, prefix, subject }: ResultSubject,
): RunFolder {
  const path = resolve(out ?? `runs/${prefix}-${hashText(JSON.stringify([config, subject])).slice(0, 10)}`);
  const folder = RunFolder.open(path, config, fresh);
  try {
    const file = `${kind}.json`;
    const before = fresh || folder.isDamaged(file) ? undefined : folder.readJson(file);
    const keys = before === undefined ? [] : listChangedKeys(before, subject);
    if (keys.length)
      throw new UserError(
        `${path}: expected what this folder was started with (${file}), got other values for ${keys.join(', ')}; choose another --out, or start again with --fresh`,
      );
    folder.write(file, subject);
    return folder;
  } catch (error) {
    folder.close();
    throw error;
  }
}
