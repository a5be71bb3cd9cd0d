import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Config } from './config/loadConfig.ts';
import { RunFolder } from './runFolder.ts';

/** Where a run is kept, and whether it starts again. */
export interface FolderOptions {
  out?: string | undefined;
  fresh?: boolean | undefined;
}

/** `runs/` and a name that depends on the config and on what replaces parts of it, so that the same command continues the same run. */
export function getDefaultFolder(config: Config, digests: Readonly<Record<string, string>> = {}): string {
  const identity = JSON.stringify([config, digests], sortKeys);
  return join('runs', createHash('sha256').update(identity).digest('hex').slice(0, 10));
}

/** For JSON.stringify: an object's keys in one order, however it came to be. */
const sortKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The folder of a command's run: the one named, else the config's default. @throws UserError if it holds another run */
export const openRunFolder = (config: Config, { out = getDefaultFolder(config), fresh }: FolderOptions): RunFolder =>
  RunFolder.open(resolve(out), config, fresh);
