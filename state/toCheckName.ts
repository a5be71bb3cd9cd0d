import type { Check } from './check.ts';

/** What a check is called in remarks and results. */
export function toCheckName(check: Check): string {
  const { name, type, not } = check;
  return name ?? `${not ? 'not ' : ''}${describeCheck(check)}`.replaceAll(/\s+/g, ' ').slice(0, 80).trim() ?? type;
}

/** A check's words, by its type. */
const DESCRIPTIONS: { [Type in Check['type']]: (check: Extract<Check, { type: Type }>) => string } = {
  equals: ({ value }) => `equals ${value ?? 'the expected answer'}`,
  contains: ({ value, match, at }) =>
    `${at === 'start' ? 'begins with' : match === 'any' ? 'contains one of' : 'contains'} ${value === undefined ? 'the expected answer' : [value].flat().join(', ')}`,
  regex: ({ pattern }) => `matches ${pattern}`,
  jsonSchema: ({ within }) => (within === undefined ? 'JSON by schema' : 'JSON by schema within'),
  length: ({ min = 0, max, unit = 'words' }) => `${min} to ${max ?? 'any number of'} ${unit}`,
  language: ({ value }) => `language ${value}`,
  similarity: ({ value }) => `similar to ${value ?? 'the expected answer'}`,
  function: ({ module }) => toModuleName(module),
  evaluator: ({ module }) => toModuleName(module),
  ifeval: ({ instruction }) => instruction,
  group: ({ checks }) => checks.map(toCheckName).join(' and '),
};

const describeCheck = <Type extends Check['type']>(check: Extract<Check, { type: Type }>): string =>
  DESCRIPTIONS[check.type](check);

const toModuleName = (module: string): string => (module.split(/[\\/]/).at(-1) ?? module).replace(/\.\w+$/, '');
