// Makes drpo.schema.json and docs/configuration.md from the schema of configs and the meanings of its keys.
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { writeOrCheck } from '../bundle.ts';
import { buildPage } from './page.ts';
import { buildSchema } from './schema.ts';

const root = join(import.meta.dirname, '..', '..');

/** The files that are made, by their paths from the root. */
export async function buildReferenceFiles(): Promise<Record<string, string>> {
  const files = { 'drpo.schema.json': JSON.stringify(buildSchema()), 'docs/configuration.md': buildPage() };
  const formatted = Object.entries(files).map(async ([file, text]) => {
    const path = join(root, file);
    return [file, await format(text, { ...(await resolveConfig(path)), filepath: path })] as const;
  });
  return Object.fromEntries(await Promise.all(formatted));
}

if (import.meta.main)
  for (const [file, text] of Object.entries(await buildReferenceFiles()))
    writeOrCheck(join(root, file), text, 'configReference/write.ts');
