import type { ModelsConfigError } from './errors.ts';
import { getInstallCommand } from './langchain/chatModelPackages.ts';
import type { ProviderSettings } from './langchain/providerSettings.ts';
import { PROVIDERS, type ProviderName } from './providers.ts';
import { hasOwnAuthorization, resolveExtras } from './requestExtras.ts';
import type { ResolvedModel } from './settings.ts';

/** Says which packages a provider lacks. */
export const makeMissingPackageFault = (path: string, provider: ProviderName): ModelsConfigError['faults'][number] => ({
  path: `${path}.provider`,
  message: `expected the packages for the provider "${provider}" in your project, which are not installed; run: ${getInstallCommand(provider)}`,
});

/** A provider's model with its key: of the variable that the config names, or that its class knows. An address of its own has no key. */
export function resolveProvider(
  provider: ProviderName,
  { model = '', apiKeyEnv, extraBody, headers, query, ...settings }: ResolvedModel,
  env: Readonly<Record<string, string | undefined>>,
): ProviderSettings {
  const usual: readonly string[] = PROVIDERS[provider].keyNames;
  const needsKey = settings.baseUrl === undefined && !hasOwnAuthorization(headers);
  const keyName = apiKeyEnv ?? (needsKey ? (usual.find((name) => env[name]) ?? usual[0]) : undefined);
  const apiKey = keyName === undefined ? undefined : env[keyName];
  return { ...settings, ...resolveExtras({ extraBody, headers, query }, env), provider, model, keyName, apiKey };
}
