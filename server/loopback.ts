import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An error as OpenAI's clients read it. */
export const refuse = (c: Context, status: ContentfulStatusCode, message: string, type: string): Response =>
  c.json({ error: { message, type, param: null, code: null } }, status);

/** Whether a name or address is this machine's own. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host.replace(/\.$/, ''));

/** On loopback, requests that name another host or come from another site are a page in a browser reaching in: refused. */
export function requireLoopback(): MiddlewareHandler {
  return async (c, next) => {
    const [host, origin] = [c.req.header('host'), c.req.header('origin')];
    if (host === undefined || !isLoopbackUrl(`http://${host}`))
      return refuse(c, 403, 'expected a loopback Host, got another one', 'invalid_request_error');
    if (origin !== undefined && !isLoopbackUrl(origin))
      return refuse(c, 403, 'expected no Origin or a loopback one, got another one', 'invalid_request_error');
    return next();
  };
}

function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

/**
 * Refuses bodies that a page of another site may send without asking first: only those of JSON make a browser ask. A program
 * that is no browser, such as `curl -d`, may leave the type out or call JSON a form.
 */
export function requireJsonRequest(): MiddlewareHandler {
  return async (c, next) => {
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const isBrowser = ['origin', 'sec-fetch-site', 'sec-fetch-mode'].some((name) => c.req.header(name) !== undefined);
    const isForm = type === '' || type === 'application/x-www-form-urlencoded';
    if (/^application\/([\w.-]+\+)?json$/.test(type) || (isForm && !isBrowser)) return next();
    return refuse(
      c,
      415,
      `expected Content-Type: application/json, got ${type === '' ? 'none' : 'another one'}`,
      'invalid_request_error',
    );
  };
}

/** Asks for `Authorization: Bearer TOKEN`, compared in constant time. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (c, next) => {
    const [, sent = ''] = /^bearer +(.*)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (timingSafeEqual(digest(sent), expected)) return next();
    return refuse(c, 401, 'expected the token of this server as API key, got none or another', 'authentication_error');
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
