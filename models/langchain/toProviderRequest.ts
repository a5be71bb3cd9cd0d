import { getProviderClass } from './providerClasses.ts';
import { findUntakenForm } from './replyForms.ts';
import type { ProviderRequest, ProviderSettings, RequestSampling } from './providerSettings.ts';
import { hasOwnAuthorization } from '../requestExtras.ts';

/** Lists the settings that a provider cannot be sent, each with what to do. */
export function listUnsupportedSettings(settings: ProviderSettings): [key: string, message: string][] {
  const { provider, systemRole, output = 'auto' } = settings;
  const { unsupported, forms } = getProviderClass(provider);
  const found = unsupported.filter((key) => settings[key] !== undefined && settings[key] !== null);
  const issues = found.map((key): [string, string] => [
    key,
    `expected no such key for the provider "${provider}", whose class in LangChain does not send it; remove it`,
  ]);
  if (systemRole === 'developer')
    issues.push(['systemRole', `expected "system" or "user" for the provider "${provider}", got "developer"`]);
  const message = findUntakenForm(forms, output);
  return message === undefined ? issues : [...issues, ['output', message]];
}

/** Makes the constructor's fields for one request. None retries, because the gateway does. */
export function toProviderRequest(
  settings: ProviderSettings,
  sampling: RequestSampling,
  signal: AbortSignal,
): ProviderRequest {
  const { provider, apiKey, headers = {}, query = {}, extraBody: body = {} } = settings;
  const { path, toRequest } = getProviderClass(provider);
  const baseUrl = settings.baseUrl?.replace(/\/+$/, '').replace(path ?? /$^/, '');
  // a class without a key in its fields takes one from the environment, which is not meant for this address
  const isKeyless = apiKey === undefined && (baseUrl !== undefined || hasOwnAuthorization(headers));
  const key = isKeyless ? 'none' : apiKey;
  const droppedHeaders = [
    ...(isKeyless ? ['authorization'] : []),
    ...(hasOwnAuthorization(headers) ? ['x-api-key'] : []),
  ];
  const request = toRequest({ ...settings, baseUrl }, sampling, { headers, query, body, droppedHeaders, signal });
  const fields = { modelProvider: provider, apiKey: key, maxRetries: 0, ...request.fields };
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { ...request, fields: Object.fromEntries(known) };
}
