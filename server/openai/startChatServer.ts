import { createAdaptorServer } from '@hono/node-server';
import { isVariableName } from '../../models/credentials.ts';
import { UserError } from '../../run/config/userError.ts';
import { loadServedRun, type BaseModelFlags } from '../../run/loadArtifact.ts';
import { resolveModelName } from '../../run/resolveModelNames.ts';
import { createChatApp, getUpstreamModelName } from './chatApp.ts';
import { closeGracefully, waitUntilListening } from '../listen.ts';
import { isLoopback } from '../loopback.ts';
import { createServingModels } from './upstreamModels.ts';

/** The flags of `serve`. */
export interface ServeFlags extends BaseModelFlags {
  run: string;
  port: number;
  host: string;
  /** The environment variable of the token that clients must send. */
  tokenEnv?: string;
  /** Megabytes of the largest request. Default 4. */
  maxRequestMb?: number;
}

export interface RunningServer {
  /** The address for clients, with `/v1`. */
  url: string;
  /** The name of the base model. */
  model: string;
  /** Takes no more requests and waits at most `grace` milliseconds for those in flight. Default 5000. */
  close: (grace?: number) => Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Serves a run's prompt and examples to OpenAI clients. @throws UserError if flags, run or port are not usable */
export async function startChatServer(
  flags: ServeFlags,
  env: Env,
  log?: (line: string) => void,
): Promise<RunningServer> {
  const { run, port, host } = flags;
  const loopback = isLoopback(host);
  const token = resolveToken(flags, loopback, env);
  const { artifact, base, beginsInThought, ...models } = loadServedRun(run, flags);
  const serving = createServingModels({ ...models, base: await resolveModelName('--base', base) }, env);
  const { maxRequestMb } = flags;
  const limits = { loopback, token, maxRequestMb };
  const app = createChatApp({ artifact, beginsInThought, ...serving, ...limits, ...(log && { log }) });
  const server = createAdaptorServer({ fetch: app.fetch });
  await waitUntilListening(server, port, host);
  const address = server.address();
  const actualPort = typeof address === 'object' ? address?.port : port;
  const hostname = host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]` : host;
  return {
    url: `http://${hostname}:${actualPort}/v1`,
    model: getUpstreamModelName(serving.upstream),
    close: (grace = 5000) => closeGracefully(server, grace),
  };
}

function resolveToken({ host, tokenEnv }: ServeFlags, loopback: boolean, env: Env): string | undefined {
  if (tokenEnv === undefined) {
    if (loopback) return undefined;
    throw new UserError(
      `--host ${host}: expected --token-env NAME because other machines can reach this address, got none; name an environment variable with a token`,
    );
  }
  if (!isVariableName(tokenEnv))
    throw new UserError(
      '--token-env: expected the name of an environment variable that holds the token, got another text (not shown)',
    );
  const token = env[tokenEnv];
  if (token) return token;
  throw new UserError(
    `--token-env: expected a token in the environment variable ${tokenEnv}, which is not set; set it`,
  );
}
