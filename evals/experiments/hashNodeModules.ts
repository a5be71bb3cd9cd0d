import { importNodeOverrides } from '../../run/nodeOverrides.ts';
import { hashText } from '../../run/describeModel.ts';
import type { ExperimentRow } from './experimentSchema.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';

/** Hashes each module that the rows name, since another text makes another experiment. @throws UserError if one cannot be used */
export async function hashNodeModules(rows: readonly ExperimentRow[]): Promise<Record<string, string>> {
  const files = [...new Set(rows.flatMap((row) => row.nodes ?? []))];
  const hashes = files.map((file) => [file, hashText(readTextFile(file, 'nodes'))] as const);
  await Promise.all(files.map(importNodeOverrides));
  return Object.fromEntries(hashes);
}
