import { dirname, join } from 'node:path';
import { DEFAULT_EXAMPLE_COUNT, type ExampleChoice } from '../../nodes/retrieveExamples.ts';
import { packageRoot } from './packageRoot.ts';
import type { QueryFields } from './queryFields.ts';

/** The path of a data file that is part of this package (data/README.md). */
export const resolveDataPath = (name: string): string => join(packageRoot, 'data', name);

/** Whether a data file is part of this package. */
export const isPackageData = (file: string): boolean => dirname(file) === join(packageRoot, 'data');

/** What of a config says whose data a run has. */
interface DataSettings {
  queries: { files?: string[] | undefined; fields?: QueryFields; heldOut?: string[] };
  examples: {
    file?: string | undefined;
    from?: 'queries';
    k?: number | undefined;
    choose: ExampleChoice;
    rewrite: boolean;
  };
}

/**
 * Completes whose data a run has. Without own queries and examples it has this package's. With own queries alone it has no
 * examples, so that nothing of this package reaches a user's product. Idempotent.
 */
export function applyDataDefaults<C extends DataSettings>(config: C) {
  const { queries, examples } = config;
  const hasOwnExamples = examples.file !== undefined || examples.from !== undefined;
  const k = examples.k ?? (queries.files !== undefined && !hasOwnExamples ? 0 : DEFAULT_EXAMPLE_COUNT);
  const seeds = examples.rewrite ? 'examples.json' : 'examples-refined.json';
  return {
    ...config,
    queries: {
      ...queries,
      files: queries.files ?? ['everyday.json', 'longform.json', 'malicious.txt'].map(resolveDataPath),
    },
    examples: { ...examples, k, ...(k > 0 && !hasOwnExamples && { file: resolveDataPath(seeds) }) },
  };
}

/** Says which settings of data contradict each other or have no effect, one line each. */
export function findDataFaults({ queries, examples, final }: DataSettings & { final: object | null }): string[] {
  const mapped = Object.values(queries.fields ?? {}).flat();
  const twice = mapped.filter((name, i) => mapped.indexOf(name) < i);
  const { file, from, rewrite, k, choose } = examples;
  return [
    ...twice.map((name) => `queries.fields: expected each field once, got "${name}" twice`),
    ...(queries.heldOut && final === null
      ? ['queries.heldOut: expected a final, which alone asks these queries, got final null; leave one of them out']
      : []),
    ...(file !== undefined && from !== undefined
      ? ['examples.from: expected one source of examples, got a file too; leave examples.file or examples.from out']
      : []),
    ...(rewrite && file === undefined && from === undefined
      ? ['examples.rewrite: expected examples to rewrite, got none; set examples.file, or examples.from to "queries"']
      : []),
    ...(from !== undefined && k === 0
      ? ['examples.from: expected examples.k of at least 1, got 0; leave one of them out']
      : []),
    ...(choose === 'fixed' && k === 0
      ? [
          'examples.choose: expected examples.k of at least 1 for fixed, got 0; set examples.choose to similar, or raise examples.k',
        ]
      : []),
  ];
}
