import { createRequire } from 'node:module';

const requireModule = createRequire(import.meta.url);

/** Parses YAML; `customTags` names tags beside those of YAML 1.2. The parser's seventy modules are loaded only when it is called. @throws YAMLParseError */
export function parseYaml(text: string, options: { customTags?: ('timestamp' | 'merge')[] } = {}): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own types
  const { parse } = requireModule('yaml') as typeof import('yaml');
  return parse(text, options) as unknown;
}
