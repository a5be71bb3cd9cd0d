import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { scoringOf } from '../justEval/justEvalAspects.ts';
import { judgeJustEvalPrompt } from '../../prompts/judgeJustEval.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { packageRoot, version } from '../../run/config/packageInfo.ts';

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

/** What decides a result besides the models: versions, the judge's words, seeds. */
export function provenance(config: Config): Record<string, unknown> {
  const rendered = (['regular', 'safety'] as const).map((mode) =>
    judgeJustEvalPrompt({ query: '', response: '', rewards: scoringOf(mode) }),
  );
  return {
    judgePrompt: hashOf(rendered.join('\n')),
    seeds: { queries: config.queries.seed, bootstrap: 0 },
    versions: { drpo: version, node: process.versions.node, langgraph: versionOf('@langchain/langgraph') },
  };
}

function versionOf(name: string): string | null {
  try {
    const text = readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8');
    return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
  } catch {
    return null;
  }
}
