import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package's own folder, from one of its folders: the one with package.json, above the sources and above what is built from them alike. */
export const findPackageFolder = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : findPackageFolder(dirname(folder));
