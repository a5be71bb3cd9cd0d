import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { once } from 'node:events';
import { UserError } from '../../run/config/userError.ts';
import { loadServedRun, type BaseModelFlags } from '../../run/loadArtifact.ts';
import { createChatApp, getUpstreamModelName } from './chatApp.ts';
import { isLoopback } from '../localRequests.ts';
import { createServingModels } from './upstreamModels.ts';

/** The flags of `serve`. */
export interface ServeFlags extends BaseModelFlags {
  run: string;
  port: number;
  host: string;
  /** The variable that holds the token clients must show. */
  tokenEnv?: string;
}

/** A server at work. */
export interface RunningServer {
  /** Where clients find it, `/v1` included. */
  url: string;
  /** The base model behind it. */
  model: string;
  /** Takes no more requests, lets those in flight end for at most `grace` milliseconds. */
  close: (grace?: number) => Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Serves a run's prompt and examples. @throws UserError where flags, run or port will not do */
export async function startServer(flags: ServeFlags, env: Env, log?: (line: string) => void): Promise<RunningServer> {
  const { run, port, host } = flags;
  const loopback = isLoopback(host);
  const token = resolveToken(flags, loopback, env);
  const { artifact, ...models } = loadServedRun(run, flags);
  const serving = createServingModels(models, env);
  const app = createChatApp({ artifact, ...serving, loopback, token, ...(log && { log }) });
  const server = createAdaptorServer({ fetch: app.fetch });
  await startListening(server, port, host);
  const address = server.address();
  const at = typeof address === 'object' ? address?.port : port;
  const name = host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]` : host;
  return {
    url: `http://${name}:${at}/v1`,
    model: getUpstreamModelName(serving.upstream),
    close: (grace = 5000) => closeGracefully(server, grace),
  };
}

function resolveToken({ host, tokenEnv }: ServeFlags, loopback: boolean, env: Env): string | undefined {
  if (tokenEnv === undefined) {
    if (loopback) return undefined;
    throw new UserError(
      `--host ${host}: expected --token-env NAME, since others reach this address, got none; name a variable that holds a token`,
    );
  }
  const token = env[tokenEnv];
  if (token) return token;
  throw new UserError(
    `--token-env: expected a token in the environment variable ${tokenEnv}, which is not set; set it`,
  );
}

/** Resolves once a server listens. @throws UserError that names the flag, where the port cannot be had */
export async function startListening(server: ServerType, port: number, host: string, flag = '--port'): Promise<void> {
  try {
    server.listen(port, host.replaceAll(/[[\]]/g, ''));
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(
      `${flag}: expected a free port of an address of this machine, got ${host}:${port} (${code}); choose another`,
    );
  }
}

/** Takes no more requests, lets those in flight end for at most `grace` milliseconds. */
export async function closeGracefully(server: ServerType, grace: number): Promise<void> {
  const done = once(server, 'close');
  server.close();
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const late = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), grace);
  await done;
  clearTimeout(late);
}
