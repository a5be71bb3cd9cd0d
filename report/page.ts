import { createHash } from 'node:crypto';
import { script, style } from './assets.ts';
import type { LiveStatus } from './liveStatus.ts';
import type { RunView } from './runView.ts';

export interface PageOptions {
  /** Where the run stands: the page asks the server it came from for news of it. A page in a file may ask nobody. */
  live?: LiveStatus | undefined;
}

/** The page of a run: one file that asks nothing of any network. What models and data said is in it as JSON, and shown as text. */
export const renderPage = (run: RunView, options: PageOptions = {}): string =>
  [...renderPageParts(run, options)].join('');

/** The page in parts: that of a large run need never be one text. */
export function* renderPageParts(run: RunView, { live }: PageOptions = {}): Generator<string> {
  yield `${renderPageHead({ title: run.title, policy: createPagePolicy(live !== undefined), style })}
<div id="page"></div>
<noscript>
<main>
<h1>Best system prompt</h1>
<pre dir="auto">${escapeHtml(run.best.prompt)}</pre>
<p>The tree of the search, its scores and its accounts are drawn by a script, which this browser does not run.</p>
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

/** A page up to its body; `policy`: what it may load. It stands in one file, in light or dark. */
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

/** Nothing but this page's own script and style, known by their hashes; no string ever becomes markup or code. */
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

/** How a policy names a script or a style of the page's own. */
export const toHashSource = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON that can stand in a script element: no "<" to end it with, no line ends that only JSON allows. Lone surrogates are escaped by JSON itself. */
export const toScriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const HTML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML shows it, in an element or a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => HTML_ENTITIES[c] ?? c);
