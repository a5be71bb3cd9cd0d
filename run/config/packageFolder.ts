import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Finds the package's root (the folder with package.json) from any folder in it, of sources or of built files. */
export const findPackageFolder = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : findPackageFolder(dirname(folder));
