import { createHash } from 'node:crypto';
import { requireMessages, type ModelRequest } from '../transport.ts';

/** The only address that is sent a key for its prompt cache; others may refuse or ignore it. */
const CACHING_HOST = 'api.openai.com';

/** OpenAI's parameter that leads requests with the same rules to the same cache; nothing for other endpoints and requests. */
export function toCacheKey(address: string, { form, prompt }: ModelRequest): { prompt_cache_key?: string } {
  if (!form || new URL(address).hostname !== CACHING_HOST) return {};
  const [rules] = requireMessages(prompt);
  if (rules?.type !== 'system') return {};
  return { prompt_cache_key: `drpo-${createHash('sha256').update(rules.text).digest('hex').slice(0, 16)}` };
}
