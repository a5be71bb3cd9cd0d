import { createHash } from 'node:crypto';
import type { Config } from './config/loadConfig.ts';

/** The first 16 hex digits of a text's SHA-256. */
export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A model's name, endpoint and decoding, without key and price. */
export interface ModelDescription {
  provider: string;
  model: string;
  baseUrl?: string;
  api: string;
  temperature: number | null;
  topP: number | null;
  maxTokens: number | null;
  seed: number | null;
  reasoningEffort?: string;
  systemRole?: string;
  extraBody?: Record<string, unknown>;
}

export function describeModel({
  provider,
  model,
  baseUrl,
  api,
  temperature,
  topP,
  maxTokens,
  seed,
  reasoningEffort,
  systemRole,
  extraBody,
}: Config['models']['base']): ModelDescription {
  const address = baseUrl === undefined ? {} : { baseUrl: removeCredentials(baseUrl) };
  const decoding = { api, temperature, topP, maxTokens, seed: seed ?? null };
  const added = { ...(reasoningEffort && { reasoningEffort }), ...(systemRole && { systemRole }) };
  return {
    provider,
    model: model ?? (provider === 'simulated' ? provider : 'unnamed'),
    ...address,
    ...decoding,
    ...added,
    ...(extraBody && { extraBody }),
  };
}

/** An address without user, password and query. */
export function removeCredentials(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.toString();
}

/** A model's name for records; simulated models are marked. */
export const formatModelName = ({ provider, model }: Pick<ModelDescription, 'provider' | 'model'>): string =>
  provider === 'simulated' && model !== 'simulated' ? `simulated-${model}` : model;
