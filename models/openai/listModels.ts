import { OpenAIClient } from '@langchain/openai';
import { z } from 'zod';
import { sendHttpRequest } from './httpClient.ts';
import { addSecrets, redactSecrets } from '../secrets.ts';
import { isKeyless, toClientFields, type OpenAISettings } from './openaiSettings.ts';

const TIMEOUT_MS = 5000;
const MAX_NAME_CHARACTERS = 200;

/** An entry of another kind names no model. */
const Entry = z
  .union([z.string(), z.looseObject({ id: z.string().optional(), name: z.string().optional() })])
  .catch('');
const ModelList = z.union([
  z.array(Entry),
  z.object({ data: z.array(Entry) }).transform(({ data }) => data),
  z.object({ models: z.array(Entry) }).transform(({ models }) => models),
]);

/** Whether a text can name a model. One that repeats a key does not: the run's folder shows names. */
const isName = (text: string): boolean =>
  text !== '' && text.length <= MAX_NAME_CHARACTERS && redactSecrets(text) === text;

/** Asks an endpoint for the names of its models (`GET /models`). Null if it does not list them. It never fails. */
export async function listModels(settings: OpenAISettings): Promise<string[] | null> {
  addSecrets([...(settings.secrets ?? []), ...(settings.apiKey ? [settings.apiKey] : [])]);
  try {
    const { configuration, ...fields } = toClientFields(settings);
    const client = new OpenAIClient({ ...fields, ...configuration });
    const { req, url } = await client.buildRequest({ method: 'get', path: '/models' });
    const headers = Object.fromEntries(req.headers);
    if (isKeyless(settings)) delete headers['authorization'];
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { status, text } = await sendHttpRequest(url, { method: 'GET', headers, signal, timeout: TIMEOUT_MS });
    const listed = ModelList.safeParse(status < 300 ? JSON.parse(text) : undefined).data;
    if (!listed) return null;
    const names = listed.map((entry) => (typeof entry === 'string' ? entry : (entry.id ?? entry.name ?? '')));
    const usable = [...new Set(names)].filter(isName);
    return usable.length === 0 && listed.length > 0 ? null : usable;
  } catch {
    return null;
  }
}
