import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addSecrets, redactSecrets } from '../../models/secrets.ts';

const KEY = 'sk-Ab3dEf6h"Jk\\m/9+q';
addSecrets([KEY, 'SECRET', 'correct-horse-battery', 'ollama', 'EMPTY', 'abc', ' padded-K3y-77 ']);

describe('redactSecrets', () => {
  it.each([
    ['as it is', KEY],
    ['in a URL', encodeURIComponent(KEY)],
    ['in JSON', JSON.stringify(KEY).slice(1, -1)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(KEY)).slice(3, -3)],
    ['in HTML', KEY.replaceAll('"', '&quot;')],
    ['in hexadecimal', Buffer.from(KEY).toString('hex')],
    ['in capital hexadecimal', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['with every character escaped', Buffer.from(KEY).toString('hex').replace(/../g, '\\u00$&')],
    ['with every byte escaped', Buffer.from(KEY).toString('hex').replace(/../g, '%$&')],
  ])('hides a key %s', (_, text) => {
    expect(redactSecrets(`before ${text} after`)).toBe('before [key] after');
    expect(redactSecrets(text)).toBe('[key]');
  });

  it('hides a key in base64, wherever it starts in what was encoded', () => {
    for (const user of ['', 'u:', 'us:', 'user:'])
      for (const after of ['', '\n', ' and more'])
        for (const encoding of ['base64', 'base64url'] as const) {
          const redacted = redactSecrets(`Basic ${Buffer.from(user + KEY + after).toString(encoding)}.`);
          expect(redacted).toMatch(/^Basic \S{0,8}\[key\]\S{0,16}\.$/);
          expect(Buffer.from(redacted, encoding).toString('latin1')).not.toContain(KEY.slice(4, 9));
        }
  });

  it('hides each part of eight characters or more, and joins what touches', () => {
    for (let from = 0; from + 8 <= KEY.length; from++)
      for (let to = from + 8; to <= KEY.length; to++) expect(redactSecrets(`(${KEY.slice(from, to)})`)).toBe('([key])');
    expect(redactSecrets(`${KEY}${KEY} ${KEY}`)).toBe('[key] [key]');
    expect(redactSecrets(KEY.slice(0, 7))).toBe(KEY.slice(0, 7));
  });

  it('hides parts of small letters alone only from twelve, since they may be words', () => {
    expect(redactSecrets('a battery of tests, correct')).toBe('a battery of tests, correct');
    expect(redactSecrets('horse-battery!')).toBe('[key]!');
    expect(redactSecrets('correct-horse-battery')).toBe('[key]');
  });

  it('hides a short secret as a whole word', () => {
    expect(redactSecrets('key=SECRET, SECRETS and a secret')).toBe('key=[key], SECRETS and a secret');
    expect(redactSecrets(Buffer.from('SECRET').toString('base64'))).toBe('[key]');
  });

  it('leaves the words that are written where no key is checked', () => {
    const text = 'ollama is EMPTY, abc';
    expect(redactSecrets(text)).toBe(text);
  });

  it('knows a secret without the spaces around it', () => {
    expect(redactSecrets('x padded-K3y-77 y')).toBe('x [key] y');
  });

  it('leaves every other text as it is, and no secret anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        expect(redactSecrets(before)).toBe(before);
        const redacted = redactSecrets(before + KEY + after);
        expect(redacted).not.toContain(KEY.slice(0, 8));
        expect(redacted).toContain('[key]');
        expect(redacted.startsWith(before.slice(0, -1))).toBe(true);
      }),
    );
  });
});
