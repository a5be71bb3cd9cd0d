import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { bundleScript, collectLicences, writeOrCheck } from './bundle.ts';

const reportFolder = join(import.meta.dirname, '..', 'report');
const assetsFile = join(reportFolder, 'assets.ts');
const LIBRARIES = ['chart.js', '@kurkle/color', 'diff'];

/** The page's script and style with their libraries in them, as a module that needs neither bundler nor network afterwards. */
async function buildAssets(): Promise<string> {
  const bundle = (entry: string): Promise<string> =>
    bundleScript({ entryPoints: [join(reportFolder, 'client', entry)] });
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  if (/<\/script|<!--/i.test(script))
    throw new Error('expected a script without "</script" or "<!--" in it, got one: it would end its element');
  const text = [
    '// Made by scripts/bundle-page.ts from report/client: change that, and run it again.',
    '',
    '/** The script of the page, its libraries and their licences in it. */',
    `export const script = ${JSON.stringify(collectLicences(LIBRARIES) + script)};`,
    '',
    '/** The style of the page. */',
    `export const style = ${JSON.stringify(style)};`,
  ].join('\n');
  return format(text, { ...(await resolveConfig(assetsFile)), parser: 'typescript' });
}

writeOrCheck(assetsFile, await buildAssets(), 'bundle-page.ts');
