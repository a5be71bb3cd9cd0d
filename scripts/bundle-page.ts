import { build } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const report = join(import.meta.dirname, '..', 'report');
const file = join(report, 'assets.ts');
const LIBRARIES = ['chart.js', '@kurkle/color', 'diff'];

/** The page's script and style with their libraries in them, as a module that needs neither bundler nor network afterwards. */
async function assets(): Promise<string> {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  if (/<\/script|<!--/i.test(script))
    throw new Error('expected a script without "</script" or "<!--" in it, got one: it would end its element');
  const text = [
    '// Made by scripts/bundle-page.ts from report/client: mend that, and run it again.',
    '',
    '/** The script of the page, its libraries and their licences in it. */',
    `export const script = ${JSON.stringify(licences() + script)};`,
    '',
    '/** The style of the page. */',
    `export const style = ${JSON.stringify(style)};`,
  ].join('\n');
  return format(text, { ...(await resolveConfig(file)), parser: 'typescript' });
}

async function bundle(entry: string): Promise<string> {
  const options = {
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    charset: 'ascii',
  } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [join(report, 'client', entry)] });
  return outputFiles[0]?.text.trim() ?? '';
}

/** Their licences ask to go where the code goes. */
const licences = (): string =>
  LIBRARIES.map((name) => {
    const folder = join(report, '..', 'node_modules', name);
    const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = ['LICENSE', 'LICENSE.md'].flatMap((f) => read(join(folder, f)))[0];
    if (licence === undefined) throw new Error(`expected a licence in ${folder}, got none`);
    return `/*! ${name} ${version}\n${licence.trim().replaceAll('*/', '* /')}\n*/\n`;
  }).join('');

function read(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}

/** `--check`: exit status 1 where report/assets.ts is not what its sources make. */
const made = await assets();
if (!process.argv.includes('--check')) writeFileSync(file, made);
else if (read(file)[0] !== made) {
  console.error(
    'report/assets.ts: expected what report/client makes, got something else; run node scripts/bundle-page.ts',
  );
  process.exitCode = 1;
}
