import type { ModelsConfigError } from './errors.ts';
import { isKeylessAddress } from './isKeylessAddress.ts';
import type { OpenAISettings } from './openai/openaiSettings.ts';
import { hasOwnAuthorization, listMissingExtras, resolveExtras } from './requestExtras.ts';
import { DEFAULT_KEY_ENV, DEFAULT_OPENAI_URL, type EmbeddingSettings, type ResolvedModel } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;
type ConfigFault = ModelsConfigError['faults'][number];

type EndpointSettings = Partial<
  Pick<
    ResolvedModel,
    | 'model'
    | 'baseUrl'
    | 'apiKeyEnv'
    | 'temperature'
    | 'topP'
    | 'maxTokens'
    | 'seed'
    | 'output'
    | 'timeoutSeconds'
    | 'reasoningEffort'
    | 'systemRole'
    | 'extraBody'
    | 'headers'
    | 'query'
  >
>;

/** Where a model's requests go and with which key: the config first, then the environment, then OpenAI's own address. */
export function resolveEndpoint(
  { model = '', baseUrl, apiKeyEnv, extraBody, headers, query, ...decoding }: EndpointSettings,
  env: Env,
): OpenAISettings & { baseUrl: string } {
  const needsKey = baseUrl === undefined && !hasOwnAuthorization(headers);
  const keyName = apiKeyEnv ?? (needsKey ? DEFAULT_KEY_ENV : undefined);
  const address = baseUrl ?? (env['OPENAI_BASE_URL'] || DEFAULT_OPENAI_URL);
  const apiKey = keyName === undefined ? undefined : env[keyName];
  const extras = resolveExtras({ extraBody, headers, query }, env);
  return { ...decoding, ...extras, model, baseUrl: address, keyName, apiKey };
}

/** An address in the environment is held to what one in a config is. */
export const listEnvironmentFaults = ({ OPENAI_BASE_URL: address = '' }: Env) =>
  isKeylessAddress(address)
    ? []
    : [
        {
          path: 'OPENAI_BASE_URL',
          message:
            'expected an address without parameters, user, password and keys, got another text (not shown); put the key into OPENAI_API_KEY',
        },
      ];

/** A line for each environment variable of a role's key, headers and query that is not set. `path`: the role's place in the config. */
export function listMissingKeys(path: string, settings: ResolvedModel | EmbeddingSettings, env: Env): ConfigFault[] {
  if (settings.provider !== 'openai') return [];
  return [...listKeyFaults(path, resolveEndpoint(settings, env)), ...listMissingExtras(path, settings, env)];
}

/** A line if the environment variable of a key is not set. */
export function listKeyFaults(
  path: string,
  { keyName, apiKey }: { keyName?: string | undefined; apiKey?: string | undefined },
): ConfigFault[] {
  if (keyName === undefined || apiKey) return [];
  const message = `expected a key in the environment variable ${keyName}, which is not set; set it, or use "simulated" as the model (an endpoint without a key needs a baseUrl and no apiKeyEnv)`;
  return [{ path: `${path}.apiKeyEnv`, message }];
}
