import { resolve } from 'node:path';
import { listNestedChecks, type Check } from '../../state/check.ts';

/** Makes the modules of checks absolute paths. They are relative to the folder of the file that names them. */
export function resolveCheckModules<C extends Check>(checks: readonly C[], folder: string): C[] {
  return checks.map((check) =>
    check.type === 'group'
      ? { ...check, checks: resolveCheckModules(check.checks, folder) }
      : check.type === 'function' || check.type === 'evaluator'
        ? { ...check, module: resolve(folder, check.module) }
        : check,
  );
}

/** Lists the modules that checks name, each once. */
export const listCheckModules = (checks: readonly Check[]): string[] => [
  ...new Set(
    checks
      .flatMap(listNestedChecks)
      .flatMap((check) => (check.type === 'function' || check.type === 'evaluator' ? [check.module] : [])),
  ),
];

/** Lists the modules of all checks that count in a run: those of its config and those of its queries. */
export const listRunModules = (
  { rewards }: { rewards: { checks: readonly Check[] } },
  queries: readonly { checks?: readonly Check[] | undefined }[],
): string[] => listCheckModules([...rewards.checks, ...queries.flatMap(({ checks = [] }) => checks)]);
