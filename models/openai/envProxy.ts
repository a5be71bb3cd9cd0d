import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/** A proxy that the environment names. */
export interface EnvProxy {
  variable: 'HTTP_PROXY' | 'HTTPS_PROXY';
  /** With user and password, if it has any. */
  url: URL;
}

const PROXY_PROTOCOLS = new Set(['http:', 'https:', 'socks5:', 'socks:']);
const VARIABLES = { http: 'HTTP_PROXY', https: 'HTTPS_PROXY' } as const;

/** A variable in lower case, which goes first, or in upper case. */
const readVariable = (env: Env, name: string): string => (env[name.toLowerCase()] ?? env[name] ?? '').trim();

/** Whether the environment names a proxy. Node's own switch `NODE_USE_ENV_PROXY=0` turns all of them off. */
export const hasEnvProxy = (env: Env): boolean =>
  env['NODE_USE_ENV_PROXY'] !== '0' && Object.values(VARIABLES).some((name) => readVariable(env, name) !== '');

/**
 * The proxy of an address, as undici chooses it: `HTTPS_PROXY` for https, else `HTTP_PROXY`, unless `NO_PROXY` names the
 * host. Loopback is no exception. @throws Error if the variable holds no address of a proxy
 */
export function findEnvProxy(target: URL, env: Env): EnvProxy | null {
  if (!hasEnvProxy(env) || isExcluded(target, readVariable(env, 'NO_PROXY'))) return null;
  const isSecure = target.protocol === 'https:' && readVariable(env, VARIABLES.https) !== '';
  const variable = isSecure ? VARIABLES.https : VARIABLES.http;
  const address = readVariable(env, variable);
  return address === '' ? null : { variable, url: parseProxyUrl(variable, address) };
}

function parseProxyUrl(variable: string, address: string): URL {
  const text = address.includes('://') ? address : `http://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && PROXY_PROTOCOLS.has(url.protocol) && url.hostname !== '') return url;
  // the text may hold a password
  throw Object.assign(
    new Error(`${variable}: expected the address of a proxy such as http://host:3128, got something else`),
    { code: 'ERR_PROXY_ADDRESS' },
  );
}

/** How a message names a proxy: without user and password. */
export const describeProxy = ({ variable, url }: EnvProxy): string =>
  `the proxy ${url.protocol}//${url.host} (${variable})`;

/** Whether a list of hosts, domains and networks, each perhaps with a port, holds an address. */
function isExcluded({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const targetPort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, bracketed, plain = entry, entryPort] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
      if (entryPort !== undefined && entryPort !== targetPort) return false;
      const name = (bracketed ?? plain).replace(/^\*?\./, '').replace(/\.$/, '');
      return name !== '' && (host === name || (!isIP(host) && host.endsWith(`.${name}`)) || isInNetwork(host, name));
    });
}

/** Whether an IP address is in a network such as 10.0.0.0/8. */
function isInNetwork(host: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const blocked = new BlockList();
  blocked.addSubnet(base, Number(bits), type);
  return blocked.check(host, type);
}
