import { createRequire } from 'node:module';

const requireModule = createRequire(import.meta.url);

/** Writes a value as YAML with no line broken. The library's modules are loaded only when it is called. */
export function formatYaml(value: unknown): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own types
  const { stringify } = requireModule('yaml') as typeof import('yaml');
  return stringify(value, { lineWidth: 0 });
}
