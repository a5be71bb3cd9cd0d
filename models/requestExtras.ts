import { z } from 'zod';
import { isCredential, isCredentialName, isVariableName } from './credentials.ts';

/** A header or a query parameter: a text, or the name of the environment variable that holds it. */
export type ExtraValue = string | { env: string };

/** What users add to each request of a role. */
export interface RequestExtras {
  /** Merged into the request; not the keys that drpo sets itself. */
  extraBody?: Record<string, unknown> | undefined;
  /** Headers of each request. One that holds a key must be `{ env: NAME }`. */
  headers?: Record<string, ExtraValue> | undefined;
  /** Parameters after the address of each request. One that holds a key must be `{ env: NAME }`. */
  query?: Record<string, ExtraValue> | undefined;
}

/** The keys of a request that drpo sets itself. */
const OWN_KEYS = ['model', 'messages', 'prompt', 'n', 'stream', 'response_format'];
const OWN_EMBEDDING_KEYS = ['model', 'input', 'encoding_format'];
/** Headers of one message between client and server. */
const OWN_HEADERS = /^(content-(type|length|encoding)|transfer-encoding|accept-encoding|connection|host)$/i;
const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

const secret = { secret: true };

/** The name of an environment variable. It is never shown, since it may be a key in the wrong place. */
export const VariableName = z.string().refine(isVariableName, {
  error: 'expected the name of an environment variable that holds the key, such as OPENAI_API_KEY',
  params: secret,
});

const ExtraValue = z.union([z.string(), z.strictObject({ env: VariableName })], {
  error: 'expected a text or { "env": NAME }',
});

/** What a header can hold, without line breaks. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

const makeValuesSchema = (what: string, findFault: (name: string, value: ExtraValue) => string | undefined) =>
  z.record(z.string(), ExtraValue).superRefine((values, ctx) => {
    for (const [name, value] of Object.entries(values)) {
      const isKey = typeof value === 'string' && (isCredentialName(name) || isCredential(value));
      const message = isKey
        ? `expected { "env": NAME }, because this ${what} looks like a key; put the value into an environment variable`
        : findFault(name, value);
      if (message !== undefined) ctx.addIssue({ code: 'custom', path: [name], message, params: secret });
    }
  });

const makeBodySchema = (ownKeys: readonly string[]) =>
  z.record(z.string(), z.unknown()).superRefine((body, ctx) => {
    for (const key of ownKeys.filter((own) => Object.hasOwn(body, own)))
      ctx.addIssue({
        code: 'custom',
        path: [key],
        message: `expected a key that drpo does not set itself (it sets ${ownKeys.join(', ')})`,
        params: secret,
      });
    for (const path of listCredentials(body, []))
      ctx.addIssue({
        code: 'custom',
        path,
        message: 'expected no key in a request; send it as a header with { "env": NAME }',
        params: secret,
      });
  });

/** The places in a value that look as if they held a key. */
function listCredentials(value: unknown, path: PropertyKey[]): PropertyKey[][] {
  if (typeof value === 'string')
    return isCredential(value) || isCredentialName(String(path.at(-1) ?? '')) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => listCredentials(inner, [...path, key]));
}

const headers = makeValuesSchema('header', (name, value) =>
  !HEADER_NAME.test(name)
    ? 'expected the name of a header, without spaces and colons'
    : OWN_HEADERS.test(name)
      ? 'expected a header that drpo does not set itself'
      : typeof value === 'string' && !HEADER_VALUE.test(value)
        ? 'expected a text without line breaks and signs beyond Latin-1'
        : undefined,
);
const query = makeValuesSchema('query parameter', () => undefined);

/** The schemas of a chat's extras, for an object's shape. */
export const EXTRAS_SHAPE = {
  extraBody: makeBodySchema(OWN_KEYS).optional(),
  headers: headers.optional(),
  query: query.optional(),
};
/** The same for embeddings. */
export const EMBEDDING_EXTRAS_SHAPE = { ...EXTRAS_SHAPE, extraBody: makeBodySchema(OWN_EMBEDDING_KEYS).optional() };

/** The extras of a role as they are sent. `secrets`: values that no message may show. */
export interface ResolvedExtras {
  extraBody?: Record<string, unknown>;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  secrets: string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** Looks up the values of headers and query in the environment; those that are not set are left out. */
export function resolveExtras({ extraBody, headers: named, query: asked }: RequestExtras, env: Env): ResolvedExtras {
  const lookUp = (values: Record<string, ExtraValue>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => {
        const text = typeof value === 'string' ? value : env[value.env]?.trim();
        return text ? [[name, text]] : [];
      }),
    );
  const secrets = [named, asked].flatMap((values) =>
    Object.values(values ?? {}).flatMap((value) => (typeof value === 'object' ? (env[value.env]?.trim() ?? []) : [])),
  );
  return {
    ...(extraBody && { extraBody }),
    ...(named && { headers: lookUp(named) }),
    ...(asked && { query: lookUp(asked) }),
    secrets,
  };
}

/** A line for each variable of headers and query that is not set. `path`: the role's place in the config. */
export function listMissingExtras(
  path: string,
  extras: Pick<RequestExtras, 'headers' | 'query'>,
  env: Env,
): { path: string; message: string }[] {
  return (['headers', 'query'] as const).flatMap((key) =>
    Object.entries(extras[key] ?? {}).flatMap(([name, value]) => {
      if (typeof value === 'string') return [];
      const text = env[value.env]?.trim() ?? '';
      if (HEADER_VALUE.test(text)) return [];
      const found = text === '' ? 'which is not set; set it' : 'which holds line breaks or other signs; correct it';
      const message = `expected a value in the environment variable ${value.env}, ${found}`;
      return [{ path: `${path}.${key}.${name}`, message }];
    }),
  );
}

/** Whether a role's headers carry the key, so that no Authorization header is made of a key variable. */
export const hasOwnAuthorization = (names: Readonly<Record<string, unknown>> | undefined): boolean =>
  Object.keys(names ?? {}).some((name) => name.toLowerCase() === 'authorization');
