/** Words of a name that holds a key, such as `api-key` or `X-Auth-Token`. */
const CREDENTIAL_WORD =
  /^(key|token|secret|password|passwd|pwd|passphrase|auth|authorization|bearer|credentials?|cookie|session|jwt|sig|signature)$|^(api|access|auth|secret|private|subscription|functions?|client|session|account|license)(key|token|secret)$/;

/** Words before `key` in names that hold none, such as `prompt_cache_key`. */
const HARMLESS_KEY = /^(cache|idempotency|routing|sort|partition|primary|affinity)$/;

/** Whether the name of a header, a query parameter or a field looks as if it held a key. */
export function isCredentialName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some(
    (word, i) => CREDENTIAL_WORD.test(word) && !(word === 'key' && HARMLESS_KEY.test(words[i - 1] ?? '')),
  );
}

/** Keys in the form of a provider's, such as sk-…, and values of an Authorization header. */
const CREDENTIAL =
  /(?<![A-Za-z\d])(sk-[\w-]{8,}|(gsk_|hf_|r8_|nvapi-|pplx-|csk-|gh[pousr]_|github_pat_|glpat-|lsv2_|tgp_v1_|xai-(?=[A-Za-z\d]{40}))[\w-]{20,}|AIza[\w-]{20,}|AKIA[A-Z\d]{12,}|eyJ[\w-]{10,}\.[\w-]+)|\b(Bearer|Basic)\s+[\w+/=.~-]{6,}/g;

/** Whether a text holds something that looks like a key. */
export const isCredential = (text: string): boolean => text.search(CREDENTIAL) >= 0;

/** A text with "[key]" in the place of each part that looks like a key, and of what an address holds besides host and path. */
export const redactCredentials = (text: string): string =>
  text
    .replace(/(\w:\/\/)[^\s"/?#@]*@/g, '$1[key]@')
    .replace(/(\w:\/\/[^\s"?#]*[?#])[^\s"]+/g, '$1[key]')
    .replace(CREDENTIAL, '[key]');

/** Whether a text can name an environment variable and is no key that was written in its place. */
export const isVariableName = (text: string): boolean =>
  /^[A-Za-z_]\w*$/.test(text) && !isCredential(text) && !/^(?=.*[a-z])(?=(.*\d){4})[A-Za-z\d]{20,}$/.test(text);
