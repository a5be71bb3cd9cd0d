import { OpenAIClient, wrapOpenAIClientError } from '@langchain/openai';
import { sendHttpRequest } from './httpClient.ts';
import { isKeyless, type OpenAISettings } from './openaiSettings.ts';
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
    const error = OpenAIClient.APIError.generate(status, parseErrorBody(text), text, new Headers(response.headers));
    throw wrapOpenAIClientError(error);
  };
}

/** The body of an error, if it is JSON. */
function parseErrorBody(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
