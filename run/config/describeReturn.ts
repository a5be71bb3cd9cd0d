import { readPath } from './readPath.ts';

/** Values of a config that an error names at most. */
const MAX_VALUES = 3;

/** How a command returns to the values that a config has at these keys: a default may have changed. Empty: they are many or long. */
export function describeReturn(config: unknown, keys: readonly string[]): string {
  const flags = keys.flatMap((key) => {
    const value = readPath(config, key);
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return /^[\w.-]+$/.test(text) ? `--set ${key}=${text}` : [];
  });
  return flags.length === keys.length && flags.length <= MAX_VALUES ? `continue with ${flags.join(' ')}, ` : '';
}
