import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { bundled, licencesOf, writeOrCheck } from './bundle.ts';

const report = join(import.meta.dirname, '..', 'report');
const file = join(report, 'assets.ts');
const LIBRARIES = ['chart.js', '@kurkle/color', 'diff'];

/** The page's script and style with their libraries in them, as a module that needs neither bundler nor network afterwards. */
async function assets(): Promise<string> {
  const bundle = (entry: string): Promise<string> => bundled({ entryPoints: [join(report, 'client', entry)] });
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  if (/<\/script|<!--/i.test(script))
    throw new Error('expected a script without "</script" or "<!--" in it, got one: it would end its element');
  const text = [
    '// Made by scripts/bundle-page.ts from report/client: mend that, and run it again.',
    '',
    '/** The script of the page, its libraries and their licences in it. */',
    `export const script = ${JSON.stringify(licencesOf(LIBRARIES) + script)};`,
    '',
    '/** The style of the page. */',
    `export const style = ${JSON.stringify(style)};`,
  ].join('\n');
  return format(text, { ...(await resolveConfig(file)), parser: 'typescript' });
}

writeOrCheck(file, await assets(), 'bundle-page.ts');
