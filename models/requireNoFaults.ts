import { listEnvironmentFaults, listKeyFaults, listMissingKeys } from './endpointAccess.ts';
import { ModelsConfigError } from './errors.ts';
import { findChatModelModule } from './langchain/chatModelPackages.ts';
import { listUnsupportedSettings } from './langchain/toProviderRequest.ts';
import { makeMissingPackageFault, resolveProvider } from './providerAccess.ts';
import { isProviderName } from './providers.ts';
import { listMissingExtras } from './requestExtras.ts';
import type { EmbeddingSettings, ResolvedModel } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;
type ConfigFault = ModelsConfigError['faults'][number];
/** The settings of a role, with all defaults. */
export type RoleSettings = ResolvedModel | EmbeddingSettings;

/** @throws ModelsConfigError listing each key variable that is not set, each missing package and each setting without effect */
export function requireNoFaults(roles: readonly [path: string, RoleSettings][], env: Env): void {
  const faults = [
    ...roles.flatMap(([path, settings]) => listFaults(path, settings, env)),
    ...listEnvironmentFaults(env),
  ];
  // roles that share a provider share its packages
  const isFirst = ({ message }: ConfigFault, i: number): boolean =>
    faults.findIndex((f) => f.message === message) === i;
  const listed = faults.filter((fault, i) => !fault.path.endsWith('.provider') || isFirst(fault, i));
  if (listed.length) throw new ModelsConfigError(listed);
}

function listFaults(path: string, settings: RoleSettings, env: Env): ConfigFault[] {
  const { provider } = settings;
  if (provider === 'openai') return listMissingKeys(path, settings, env);
  if (!('api' in settings) || !isProviderName(provider)) return [];
  if (findChatModelModule(provider) === undefined) return [makeMissingPackageFault(path, provider)];
  const resolved = resolveProvider(provider, settings, env);
  const unsupported = listUnsupportedSettings(resolved).map(([key, message]) => ({ path: `${path}.${key}`, message }));
  return [...listKeyFaults(path, resolved), ...listMissingExtras(path, settings, env), ...unsupported];
}
