import { RunFolder } from '../runFolder.ts';

/** Lists the environment variables with keys that a run's config names, or takes by default. @throws UserError if there is no run */
export function readKeyNames(path: string): string[] {
  const names = new Set(['OPENAI_API_KEY']);
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, held] of Object.entries(value)) {
      if ((key === 'apiKeyEnv' || key === 'env') && typeof held === 'string') names.add(held);
      collect(held);
    }
  };
  const config = RunFolder.openExisting(path).readJson('config.json');
  const { models, judge }: { models?: unknown; judge?: unknown } = Object(config);
  collect([models, judge]);
  return [...names];
}
