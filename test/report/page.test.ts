import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml, toScriptJson, renderPage } from '../../report/page.ts';
import { createRunView } from '../../report/createRunView.ts';
import { hostileRun, largeRun } from './runs.ts';

/** Any text, with what ends scripts, comments and lines in it more often than by chance. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[<>/!\-scripte\u2028\u2029\ud800&"']*$/));

describe('JSON in a script element', () => {
  it('it reads back unchanged and never ends its element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), text, (value, said) => {
        const json = toScriptJson({ value, said });
        expect(json).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, said })));
      }),
    );
  });

  it('it survives UTF-8, lone surrogates included', () => {
    const said = 'a\ud800b\udc00';
    expect(JSON.parse(Buffer.from(toScriptJson(said), 'utf8').toString('utf8'))).toBe(said);
  });
});

it('escaped HTML has no character of markup', () => {
  fc.assert(
    fc.property(text, (said) => expect(escapeHtml(said).replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[&<>"']/)),
  );
});

const LIVE = { version: 'v', phase: 'running', token: null, note: null, levels: null, seconds: null } as const;

describe('the page', () => {
  const page = renderPage(createRunView(hostileRun()));

  it('it has only its own scripts, styles and elements', () => {
    expect(page.match(/<script/gi)).toHaveLength(2);
    expect(page.match(/<\/script/gi)).toHaveLength(2);
    expect(page.match(/<style/gi)).toHaveLength(1);
    expect(page).not.toMatch(/<(img|svg|iframe|b)[\s>/]/i);
  });

  it('it names nothing on a network and allows only its own content', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    for (const [tag, kind] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const inside = page.slice(page.lastIndexOf(`<${tag}>`) + tag.length + 2, page.lastIndexOf(`</${tag}>`));
      expect(policy).toContain(`${kind} 'sha256-${createHash('sha256').update(inside).digest('base64')}'`);
    }
    expect(page).not.toMatch(/\b(src|href)="(?!data:,)/);
  });

  it('it depends on the run alone, and a live page may ask its own server', () => {
    const view = createRunView(largeRun(40));
    expect(renderPage(view)).toBe(renderPage(view));
    expect(renderPage(view)).not.toContain('connect-src');
    expect(renderPage(view, { live: LIVE })).toContain("connect-src 'self'");
  });
});

it('the script turns no string into markup or code', () => {
  const folder = join(import.meta.dirname, '../../report/client');
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(
    sources.filter((s) =>
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|createContextualFragment/.test(s),
    ),
  ).toEqual([]);
});
