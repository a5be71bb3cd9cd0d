import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './userError.ts';

/** The names under which a config is found without `--config`. */
export const CONFIG_NAMES = ['drpo.yaml', 'drpo.yml', 'drpo.json'] as const;

/** Finds the config of a folder. @throws UserError if there are several */
export function findConfig(folder: string): string | undefined {
  const [first, ...others] = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)));
  if (others.length > 0)
    throw new UserError(
      `--config: expected one config in this folder, got ${[first, ...others].join(' and ')}; name the one that you mean`,
    );
  return first;
}
