import { existsSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { packageRoot } from '../../run/config/packageRoot.ts';
import { toPrintable } from '../../run/progress.ts';
import { STARTER_ENV, STARTER_QUESTIONS } from '../../run/init/starterFiles.ts';

/** What a start has written. */
export interface WrittenStart {
  dir: string;
  files: readonly string[];
  /** Names of the environment variables that hold keys. */
  keys: readonly string[];
  /** What is to be known of the files. */
  about?: readonly string[];
}

/** The text that says what was written, and which commands come next. */
export function describeNextSteps({
  dir,
  files,
  keys,
  about = [`Put your questions into ${STARTER_QUESTIONS}, in the place of the three rows.`],
}: WrittenStart): string {
  const lines = [
    `Wrote ${files.join(', ')}${dir === '.' ? '' : ` in ${dir}`}.`,
    ...about,
    ...(keys.length > 0 ? [`Copy ${STARTER_ENV} to .env, and fill in ${keys.join(' and ')} there.`] : []),
    'Then:',
    '',
    ...(dir === '.' ? [] : [`  cd ${quote(dir)}`]),
    ...(isFoundFrom(resolve(dir)) ? [] : [`  npm install ${quote(packageRoot)}`]),
    '  npx drpo plan       what a search takes; contacts no model',
    '  npx drpo optimize   the search; its report is report.html in the folder that it names',
  ];
  return toPrintable(lines.join('\n'));
}

/** A path as a shell takes it, whatever marks it has. */
const quote = (path: string): string =>
  /^[\p{L}\p{N}./_@:+,=~-]+$/u.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

/** Whether `npx drpo` finds this package from a folder: it is in the package itself, or the package is installed there or above. */
const isFoundFrom = (folder: string): boolean =>
  `${folder}${sep}`.startsWith(`${packageRoot}${sep}`) ||
  existsSync(join(folder, 'node_modules', 'drpo')) ||
  (dirname(folder) !== folder && isFoundFrom(dirname(folder)));
