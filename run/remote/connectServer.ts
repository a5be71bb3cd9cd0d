import { Client } from '@langchain/langgraph-sdk';
import { isKeylessAddress } from '../../models/isKeylessAddress.ts';
import { addSecrets, redactSecrets } from '../../models/secrets.ts';
import { formatValue, UserError } from '../config/userError.ts';
import { toPrintable } from '../progress.ts';
import { ServerInfo, CONFIGURABLE_KEY } from './remoteOptions.ts';
import { getErrorMessage } from '../../state/failure.ts';

/** What a server, or the way to it, did not do; one line, exit status 1. What was judged is kept, there and here. */
export class RemoteError extends Error {
  override name = 'RemoteError';
}

/** A LangGraph server that serves drpo. */
export interface RemoteServer {
  url: string;
  client: Client;
  about: ServerInfo;
}

/** The graph, as langgraph.json names it. */
export const GRAPH_NAME = 'drpo';

/**
 * Asks a server for the models of its roles, without a model call. The server's key, if it needs one, is
 * LANGGRAPH_API_KEY's; no other key of the environment is sent there. @throws UserError, RemoteError
 */
export async function connectToServer(address: string, env: NodeJS.ProcessEnv = process.env): Promise<RemoteServer> {
  const url = parseServerAddress(address);
  const apiKey = env['LANGGRAPH_API_KEY'] || null;
  if (apiKey !== null) addSecrets([apiKey]);
  const client = new Client({
    apiUrl: url,
    apiKey,
    callerOptions: { maxRetries: 1 },
    onRequest: (_, init) => rejectStreamResume(init),
  });
  const request = {
    input: {},
    config: { configurable: { [CONFIGURABLE_KEY]: { about: true } } },
    signal: AbortSignal.timeout(30_000),
  };
  let reply: unknown;
  try {
    reply = await client.runs.wait(null, GRAPH_NAME, request);
  } catch (error) {
    throw new RemoteError(
      `--remote: expected a LangGraph server of drpo at ${url}, got ${formatErrorLine(error)}; start one (npm run studio), or correct the address`,
    );
  }
  const about = ServerInfo.safeParse(Reflect.get(Object(reply), 'about'));
  if (about.success) return { url, client, about: about.data };
  throw new RemoteError(`--remote: expected a server of this version of drpo at ${url}, got another; restart it`);
}

/** A stream that broke off is not taken up behind our back: a server that came back may have nothing to say any more. */
function rejectStreamResume(init: RequestInit): RequestInit {
  const from = new Headers(init.headers).get('last-event-id');
  if (from !== null && from !== '-1') throw new RemoteError('the connection broke off');
  return init;
}

function parseServerAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && /^https?:$/.test(url.protocol) && isKeylessAddress(address)) return url.href.replace(/\/$/, '');
  const got = isKeylessAddress(address) ? formatValue(address) : 'one with a key, a user or parameters (not shown)';
  throw new UserError(
    `--remote: expected the address of a LangGraph server such as http://127.0.0.1:2024, got ${got}; a key goes into LANGGRAPH_API_KEY`,
  );
}

/** An error's message in one line of at most 300 characters, without control characters. */
export function formatErrorLine(error: unknown): string {
  const text = redactSecrets(getErrorMessage(error));
  const short = text.replace(/\s+/g, ' ').replace(/^Unable to connect .* Original error: /, 'no connection: ');
  return toPrintable(short.trim()).slice(0, 300) || 'nothing';
}
