import { createHash } from 'node:crypto';
import type { Config } from './config/loadConfig.ts';

/** The first 16 hex digits of a text's SHA-256. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What is told of a model: who it is and how it decodes, no key and no price. */
export interface ModelAbout {
  provider: string;
  model: string;
  baseUrl?: string;
  api: string;
  temperature: number | null;
  topP: number | null;
  maxTokens: number;
  seed: number | null;
}

export function modelAbout({
  provider,
  model,
  baseUrl,
  api,
  temperature,
  topP,
  maxTokens,
  seed,
}: Config['models']['base']): ModelAbout {
  const address = baseUrl === undefined ? {} : { baseUrl: withoutCredentials(baseUrl) };
  return { provider, model: model ?? 'simulated', ...address, api, temperature, topP, maxTokens, seed: seed ?? null };
}

/** An address without user, password and query. */
export function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.toString();
}

/** A model's name as records bear it: simulated ones say so. */
export const nameOf = ({ provider, model }: Pick<ModelAbout, 'provider' | 'model'>): string =>
  provider === 'simulated' && model !== 'simulated' ? `simulated-${model}` : model;
