import { isCredential, isCredentialName } from './credentials.ts';

/** Names that are followed by a key in a path, such as `/token/…`. */
const KEY_SEGMENT = /^((api|access|auth|secret)[-_]?)?(key|token|secret)$|^(password|passwd|bearer)$/i;
/** How the keys of most providers begin. */
const KEY_PREFIX = /^(sk|pk|rk|key|token|secret)[-_]./i;
/** The version after which an interface is named is no key. */
const VERSION_SEGMENT = /^v\d+\w{0,6}$/i;
/** A long mixture of letters and digits is more likely a key than a name. */
const RANDOM_SEGMENT = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{32,}$/;

/** Whether an address has no user, password, parameters or fragment, and nothing in its path that looks like a key. */
export function isKeylessAddress(address: string): boolean {
  if (/[?#]/.test(address) || isCredential(address)) return false;
  if (!URL.canParse(address)) return true;
  const { username, password, pathname } = new URL(address);
  const segments = decode(pathname).split('/');
  return username + password === '' && !segments.some((segment, i) => holdsKey(segment, segments[i + 1]));
}

function holdsKey(segment: string, next = ''): boolean {
  if (RANDOM_SEGMENT.test(segment) || KEY_PREFIX.test(segment) || isCredential(segment)) return true;
  if (KEY_SEGMENT.test(segment) && next !== '' && !VERSION_SEGMENT.test(next)) return true;
  // `;key=…`, `key:…`, or the parameters of an address whose question mark is escaped
  return segment.split(/[?#&;,]/).some((part) => {
    const [name = '', value = ''] = part.split(/[=:](.*)/s);
    return value !== '' && isCredentialName(name);
  });
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
