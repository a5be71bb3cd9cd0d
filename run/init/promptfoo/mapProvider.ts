import { UserError } from '../../config/userError.ts';
import { requireModel } from '../starterAnswers.ts';

/** The base model that a list of promptfoo's providers names first, as MODEL[@BASEURL]. Undefined: it does not map. No setting is shown, since one may be a key. */
export function mapProvider(providers: unknown, note: (place: string, reason: string) => void): string | undefined {
  const [first, ...others] = [providers ?? []].flat();
  if (first === undefined) return undefined;
  for (const other of others) note('providers', `a search has one base model; ${readId(other)} is left out`);
  const [, model] = /^openai:(?:chat:)?([^:]+(?::[^:]+)*)$/.exec(readId(first)) ?? [];
  if (model === undefined || /^(completion|responses|embedding|image|realtime|assistant)\b/.test(model)) {
    note('providers', `${readId(first)} does not map; name the model that answers with --base or in models.base`);
    return undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object() makes an object of anything
  const { apiBaseUrl, ...rest } = Object(Reflect.get(Object(first), 'config')) as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(rest))
    note('providers', `config.${key} does not map; set it in models.base (docs/configuration.md)`);
  try {
    return requireModel('base', typeof apiBaseUrl === 'string' ? `${model}@${apiBaseUrl}` : model);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    note('providers', `the address of ${model} does not map (${error.message}); set models.base`);
    return undefined;
  }
}

/** The name of a provider: a text, the field `id`, or the one key of an object. */
function readId(provider: unknown): string {
  const id: unknown =
    typeof provider === 'string' ? provider : (Reflect.get(Object(provider), 'id') ?? Object.keys(Object(provider))[0]);
  if (typeof id !== 'string') return 'a provider without a name';
  return id.includes('://') ? 'a provider with an address' : id;
}
