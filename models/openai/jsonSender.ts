import { OpenAIClient, wrapOpenAIClientError } from '@langchain/openai';
import { sendHttpRequest } from './httpClient.ts';
import { isKeyless, type OpenAISettings } from './openaiSettings.ts';
import { toRecord, toText } from '../errorFields.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../settings.ts';

/** Sends a request body and returns the parsed answer. @throws the SDK's error if the status is none of success */
export type JsonSender = (body: object, signal?: AbortSignal | null) => Promise<unknown>;

/** Creates a sender to a path of an endpoint, with the address and the headers that the SDK makes. */
export async function createJsonSender(
  client: OpenAIClient,
  path: string,
  settings: OpenAISettings,
): Promise<JsonSender> {
  const { req, url } = await client.buildRequest({ method: 'post', path, body: {} });
  const headers = Object.fromEntries(req.headers);
  if (isKeyless(settings)) delete headers['authorization'];
  const timeout = (settings.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  return async (request, signal) => {
    const body = JSON.stringify(request);
    const { status, text, ...response } = await sendHttpRequest(url, { headers, body, signal, timeout });
    if (status < 300) return JSON.parse(text);
    throw makeHttpError(status, text, response.headers);
  };
}

/** The SDK's error for an answer whose status is none of success. */
export function makeHttpError(status: number, text: string, headers: Record<string, string>): Error {
  const error = OpenAIClient.APIError.generate(status, parseErrorBody(text), text, new Headers(headers));
  return wrapOpenAIClientError(error);
}

/** The body of an error in the SDK's form, which drops what stands beside `error`; undefined if it is no JSON. */
function parseErrorBody(text: string): object | undefined {
  const body = toRecord(parseJson(text));
  if (!body || Array.isArray(body) || toRecord(body['error'])) return body;
  const message = ['message', 'error', 'detail'].map((key) => toText(body[key])).find(Boolean);
  return { error: { ...body, ...(message !== undefined && { message }) } };
}

/** The value of a JSON text; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
