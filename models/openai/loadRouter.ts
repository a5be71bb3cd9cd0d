import type { Agent, Dispatcher, ProxyAgent } from 'undici';
import { findEnvProxy, hasEnvProxy, type EnvProxy } from './envProxy.ts';

/** How requests reach an address. */
export interface Route {
  dispatcher: Dispatcher;
  /** Null without a proxy. */
  proxy: EnvProxy | null;
}

/** Finds the way to an address: through the proxy that the environment names for it, else directly. */
export type Router = (target: URL) => Route;

/** The sender of a request has its own limit of time. undici gives up after five minutes, too soon for some models. */
const OPTIONS = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 10_000 } };

let directRouter: Promise<Router> | undefined;
let proxyRouter: Promise<Router> | undefined;

/** The router of this process. It keeps connections open, for the next request to the same address. */
export const loadRouter = (): Promise<Router> =>
  hasEnvProxy(process.env) ? (proxyRouter ??= loadProxyRouter()) : (directRouter ??= loadDirectRouter());

/** Without a proxy, undici's Agent is enough. The rest of undici would take longer to start than some calls take. */
async function loadDirectRouter(): Promise<Router> {
  // @ts-expect-error -- undici has types for its front door alone
  const module: { default: unknown } = await import('undici/lib/dispatcher/agent.js');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the class that the front door exports
  const DirectAgent = module.default as typeof Agent;
  const dispatcher = new DirectAgent(OPTIONS);
  return () => ({ dispatcher, proxy: null });
}

async function loadProxyRouter(): Promise<Router> {
  const { default: undici } = await import('undici'); // in the bundle it has no other export
  const direct = new undici.Agent(OPTIONS);
  const proxyAgents = new Map<string, Dispatcher>();
  return (target) => {
    const proxy = findEnvProxy(target, process.env);
    if (!proxy) return { dispatcher: direct, proxy };
    const dispatcher = proxyAgents.get(proxy.url.href) ?? new undici.ProxyAgent(toProxyOptions(proxy.url));
    proxyAgents.set(proxy.url.href, dispatcher);
    return { dispatcher, proxy };
  };
}

function toProxyOptions(url: URL): ProxyAgent.Options {
  const { username, password, href } = url;
  const uri = new URL(href);
  [uri.username, uri.password] = ['', ''];
  const credentials = Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64');
  // many proxies allow CONNECT for https only
  return {
    ...OPTIONS,
    uri: uri.href,
    proxyTunnel: false,
    ...(username !== '' && { token: `Basic ${credentials}` }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that was not encoded
  }
}

/** Makes Node's `fetch` take the same ways, for the clients of LangSmith and LangGraph. */
export async function applyRoutesToFetch(): Promise<void> {
  const { default: undici } = await import('undici');
  const findRoute = await loadRouter();
  const dispatchAlongRoute: Dispatcher.DispatcherComposeInterceptor = () => (options, handler) =>
    findRoute(new URL(String(options.origin))).dispatcher.dispatch(options, handler);
  undici.setGlobalDispatcher(new undici.Agent().compose(dispatchAlongRoute));
}
