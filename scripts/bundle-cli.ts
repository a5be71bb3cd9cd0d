import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectLicences } from './bundle.ts';

const root = join(import.meta.dirname, '..');
const outdir = join(root, 'dist', 'bundle');

/** Loaded where they are installed and asked for: native code, and the optional peers. */
const EXTERNAL_PACKAGES = ['@resvg/resvg-js', '@langchain/langgraph-checkpoint-postgres', '@opentelemetry/*'];

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [join(root, 'cli', 'cli.ts')],
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // otherwise each use of such a pattern compiles it again
  supported: { 'regexp-unicode-property-escapes': true, 'regexp-set-notation': true },
  external: EXTERNAL_PACKAGES,
  minifyWhitespace: true,
  minifySyntax: true,
  // errors are known by the names of their classes
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // some libraries in it are CommonJS and require Node's modules
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
const packages = Object.keys(metafile.inputs).flatMap(
  (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
);
const chartLicences = readFileSync(join(root, 'evals', 'plots', 'echarts.licences.txt'), 'utf8');
writeFileSync(join(outdir, 'licences.txt'), collectLicences([...new Set(packages)].toSorted()) + chartLicences);

// after `npm ci` in a checkout, `npx drpo` in one of its folders finds the command too; `npm run build` replaces the file
const command = join(root, 'dist', 'cli', 'drpo.js');
if (!existsSync(command)) {
  mkdirSync(join(root, 'dist', 'cli'), { recursive: true });
  writeFileSync(command, "#!/usr/bin/env node\nimport '../../cli/start.js';\n", { mode: 0o755 });
}
