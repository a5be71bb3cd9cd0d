import { createRequire } from 'node:module';

const requireModule = createRequire(import.meta.url);

/** Parses YAML. The parser's seventy modules are loaded only when it is called. @throws YAMLParseError */
export function parseYaml(text: string): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own types
  const { parse } = requireModule('yaml') as typeof import('yaml');
  return parse(text) as unknown;
}
