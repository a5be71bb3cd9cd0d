/** A secret in one of the forms in which a server may send it back. */
export interface SecretEncoding {
  text: string;
  /** Characters of the form for each of the secret, at least 1. */
  charactersEach: number;
}

/** Lists a secret as it is, and in base64, hexadecimal and the escapes of JSON, HTML and URLs. */
export function listEncodings(secret: string): SecretEncoding[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const escaped = escapeJson(secret);
  const forms: SecretEncoding[] = [
    ...[secret, escaped, escapeJson(escaped), encodeURIComponent(secret), escapeHtml(secret)].map((text) => ({
      text,
      charactersEach: 1,
    })),
    ...listBase64(bytes).map((text) => ({ text, charactersEach: 4 / 3 })),
    ...[hex, hex.toUpperCase()].map((text) => ({ text, charactersEach: 2 })),
    ...(secret.length > MAX_ESCAPED_CHARACTERS ? [] : escapeAll(secret, hex)),
  ];
  return [...new Map(forms.map((form) => [form.text, form])).values()];
}

/** Of a longer secret, such as a signed token, nobody escapes each character. */
const MAX_ESCAPED_CHARACTERS = 256;

const escapeAll = (secret: string, hex: string): SecretEncoding[] => [
  ...[hex, hex.toUpperCase()].map((text) => ({ text: text.replace(/../g, '%$&'), charactersEach: 3 })),
  { text: escapeEach(secret), charactersEach: 6 },
];

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const escapeEach = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => HTML_ENTITIES[c] ?? c);

/** The base64 of bytes inside others, such as after "user:": it depends on where they start, and its ends on their neighbours. */
function listBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 4) / 3);
    const to = Math.floor((all.length * 4) / 3);
    const text = all.toString('base64').slice(from, to);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
