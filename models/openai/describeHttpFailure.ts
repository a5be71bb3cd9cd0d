import { describeProxy, type EnvProxy } from './envProxy.ts';
import { isError } from '../../state/failure.ts';

/** An error's body in the form that the SDK reads. */
export const toErrorBody = (message: string): string => JSON.stringify({ error: { message } });

/** What a redirect says. The address is shown without its query, which may hold a key. */
export function describeRedirect(target: URL, location: string | undefined): string {
  if (location === undefined || !URL.canParse(location, target.href))
    return 'a redirect without an address was not followed';
  const { origin, pathname } = new URL(location, target);
  return `the redirect to ${origin}${pathname} was not followed, because a key must not go elsewhere; if that is your endpoint, name it in baseUrl`;
}

/** A proxy's own refusal as an endpoint's error; undefined if an error is none. */
export function describeProxyRefusal(error: unknown, proxy: EnvProxy): { status: number; message: string } | undefined {
  const [, status] =
    /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(String(Reflect.get(Object(error), 'message'))) ?? [];
  if (status === undefined) return undefined;
  const said =
    status === '407'
      ? `wants a user and a password; write http://USER:PASSWORD@${proxy.url.host} into ${proxy.variable}`
      : `refused the connection with ${status}`;
  return { status: Number(status), message: `${describeProxy(proxy)} ${said}` };
}

/** Codes of a certificate that is not trusted. */
const CERTIFICATE_CODE = /^(SELF_SIGNED_CERT\w*|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)\w*)$/;

/** undici checks some rules of HTTP by assertions, such as those of status 101. */
const createProtocolError = (): Error =>
  Object.assign(new Error('the answer breaks the rules of HTTP'), { code: 'UND_ERR_SOCKET' });

/** A failure to connect, with the proxy that was in between. */
export function describeConnectFailure(error: unknown, proxy: EnvProxy | null): unknown {
  if (!isError(error) || !('code' in error)) return error;
  if (error.code === 'ERR_ASSERTION') return createProtocolError();
  const { code, name, message } = error;
  const hint = CERTIFICATE_CODE.test(String(code))
    ? '; name the file with the certificate of its authority in NODE_EXTRA_CA_CERTS'
    : '';
  const through = proxy && code !== 'ETIMEDOUT' ? `${describeProxy(proxy)}: ` : '';
  if (hint === '' && through === '') return error;
  return Object.assign(new Error(`${through}${message || String(code)}${hint}`), { code, name });
}
