import { z } from 'zod';
import { formatValue } from '../../config/userError.ts';

const Settings = z.record(z.string(), z.unknown()).catch({});

/** The base model that a list of promptfoo's providers names first, as MODEL[@BASEURL]. Undefined: none of them maps. */
export function mapProvider(providers: unknown, note: (place: string, reason: string) => void): string | undefined {
  const [first, ...others] = [providers ?? []].flat();
  if (first === undefined) return undefined;
  const id: unknown = typeof first === 'string' ? first : Reflect.get(Object(first), 'id');
  const [, model] = /^openai:(?:chat:)?([^:]+(?::[^:]+)*)$/.exec(String(id)) ?? [];
  for (const other of others) note('providers', `a search has one base model; ${formatValue(other)} is left out`);
  if (model === undefined || /^(completion|responses|embedding|image|realtime|assistant)\b/.test(model)) {
    note('providers', `${formatValue(id)} does not map; name the model that answers with --base or in models.base`);
    return undefined;
  }
  const { apiBaseUrl, ...rest } = Settings.parse(Reflect.get(Object(first), 'config'));
  for (const key of Object.keys(rest))
    note('providers', `config.${key} does not map; set it in models.base (docs/configuration.md)`);
  return typeof apiBaseUrl === 'string' ? `${model}@${apiBaseUrl}` : model;
}
