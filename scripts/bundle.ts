import { build, type BuildOptions } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Sources and their libraries as one script that needs neither bundler nor network afterwards. */
export async function bundleScript(options: BuildOptions): Promise<string> {
  const usual = {
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    charset: 'ascii',
  } as const;
  const { outputFiles } = await build({ ...usual, ...options, write: false });
  return outputFiles[0]?.text.trim() ?? '';
}

/** The licences of packages, which ask to go where the code goes. */
export const collectLicences = (packages: readonly string[]): string =>
  packages
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const about: { version: string; license?: string } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      );
      const { version, license } = about;
      const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.\w+)?$/i.test(file));
      const texts = files.toSorted().flatMap((file) => readIfPresent(join(folder, file)));
      // some packages come with no more than its name
      if (texts.length === 0 && license === undefined) throw new Error(`expected a licence in ${folder}, got none`);
      const parts = texts.length ? texts : [license ?? ''];
      const text = parts.map((part) => part.trim().replaceAll('*/', '* /')).join('\n\n');
      return `/*! ${name} ${version}\n${text}\n*/\n`;
    })
    .join('');

function readIfPresent(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}

/** Writes what was made; with `--check`: exit status 1 where the file is not what its sources make. */
export function writeOrCheck(file: string, made: string, script: string): void {
  if (!process.argv.includes('--check')) return writeFileSync(file, made);
  if (readIfPresent(file)[0] === made) return;
  console.error(
    `${relative(root, file)}: expected what its sources make, got something else; run node scripts/${script}`,
  );
  process.exitCode = 1;
}
