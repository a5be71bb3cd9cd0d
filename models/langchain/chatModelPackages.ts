import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROVIDERS, type ProviderName } from '../providers.ts';

/** LangChain's function that makes a chat model of any provider. */
export type InitChatModel = (model: string, fields: Readonly<Record<string, unknown>>) => Promise<BaseChatModel>;

const LANGCHAIN_MODULE = 'langchain/chat_models/universal';

/** Folders whose packages may be used: those of the configs that this process read. */
const packageFolders = new Set<string>();

/** Adds the folder of a project, in which a provider's package may be installed. */
export const addPackageFolder = (folder: string): void => void packageFolders.add(folder);

/**
 * The address of LangChain's module next to a provider's package: in the working directory, in the folder of a config, or
 * where drpo is installed. Undefined if no place has both.
 */
export function findChatModelModule(provider: ProviderName): string | undefined {
  for (const folder of [process.cwd(), ...packageFolders, import.meta.dirname]) {
    const path = resolvePackage(folder, LANGCHAIN_MODULE);
    if (path !== undefined && resolvePackage(path, PROVIDERS[provider].package) !== undefined) return toModuleUrl(path);
  }
  return undefined;
}

/** The command that installs what a provider needs. */
export const getInstallCommand = (provider: ProviderName): string =>
  `npm install langchain ${PROVIDERS[provider].package}`;

/** Imports LangChain's `initChatModel`. */
export async function importInitChatModel(url: string): Promise<InitChatModel> {
  const module: object = await import(url);
  const init: unknown =
    Reflect.get(module, 'initChatModel') ?? Reflect.get(Object(Reflect.get(module, 'default')), 'initChatModel');
  if (isInitChatModel(init)) return init;
  throw new TypeError(`expected ${url} to export initChatModel; update the package langchain`);
}

const isInitChatModel = (value: unknown): value is InitChatModel => typeof value === 'function';

function resolvePackage(from: string, name: string): string | undefined {
  try {
    return createRequire(join(from, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}

/** The ES module beside what `require` finds, so that LangChain's core is loaded once. */
function toModuleUrl(path: string): string {
  const module = path.replace(/\.cjs$/, '.js');
  return pathToFileURL(existsSync(module) ? module : path).href;
}
