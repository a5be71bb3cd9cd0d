import { createHash } from 'node:crypto';
import { script, style } from './assets.ts';
import type { LiveStatus } from './liveStatus.ts';
import type { RunView } from './runView.ts';

export interface PageOptions {
  /** The status of a running search. With it, the page asks its server for updates; without it, the page uses no network. */
  live?: LiveStatus | undefined;
}

/** Renders the page of a run as one file that uses no network. Texts of models and data are JSON in it and shown as text. */
export const renderPage = (run: RunView, options: PageOptions = {}): string =>
  [...renderPageParts(run, options)].join('');

/** Renders the page in parts, so that the page of a large run is never one string. */
export function* renderPageParts(run: RunView, { live }: PageOptions = {}): Generator<string> {
  yield `${renderPageHead({ title: run.title, policy: createPagePolicy(live !== undefined), style })}
<div id="page"></div>
<noscript>
<main>
<h1>Best system prompt</h1>
<pre dir="auto">${escapeHtml(run.best.prompt)}</pre>
<p>A script shows the search tree, the scores and the usage. This browser does not run scripts.</p>
</main>
</noscript>
<script type="application/json" id="run">`;
  yield* serializeView(run);
  if (live) yield `</script>\n<script type="application/json" id="live">${toScriptJson(live)}`;
  yield `</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Renders a page up to its body, for light and dark screens. `policy`: its Content-Security-Policy. */
export const renderPageHead = (page: { title: string; policy: string; style: string }): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${page.policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)} · DRPO</title>
<link rel="icon" href="data:,">
<style>${page.style}</style>
</head>
<body>`;

function* serializeView({ nodes, ...rest }: RunView): Generator<string> {
  yield `${toScriptJson(rest).slice(0, -1)},"nodes":[`;
  for (const [i, node] of nodes.entries()) yield `${i > 0 ? ',' : ''}${toScriptJson(node)}`;
  yield ']}';
}

/** Allows only the page's own script and style, by their hashes. No string can become markup or code. */
const createPagePolicy = (live: boolean): string =>
  [
    "default-src 'none'",
    `script-src '${toHashSource(script)}'`,
    `style-src '${toHashSource(style)}'`,
    'img-src data:',
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** The name of a script or style in a Content-Security-Policy. */
export const toHashSource = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON for a script element: "<" and the line ends U+2028 and U+2029 are escaped. (JSON.stringify escapes lone surrogates.) */
export const toScriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const HTML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for an HTML element or a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => HTML_ENTITIES[c] ?? c);
