import type { RoleView } from '../runView.ts';

export type ElementChild = Node | string | null | undefined | false | readonly ElementChild[];
type ElementProps = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** Creates an element. Strings become text, never markup. Functions become listeners. False, null and undefined set no attribute. */
export function createElement<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: ElementProps = {},
  ...children: ElementChild[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  assignProps(element, props);
  appendChildren(element, children);
  return element;
}

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

export function createSvgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: ElementProps = {},
  ...children: ElementChild[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG_NAMESPACE, tag);
  assignProps(element, props);
  appendChildren(element, children);
  return element;
}

function assignProps(element: Element, props: ElementProps): void {
  for (const [name, value] of Object.entries(props))
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? '' : String(value));
}

const isChildList = (child: ElementChild): child is readonly ElementChild[] => Array.isArray(child);

function appendChildren(element: Element, children: readonly ElementChild[]): void {
  for (const child of children)
    if (isChildList(child)) appendChildren(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
}

/** Text of a model or a data set, isolated so that its writing direction does not affect the page. */
export const renderForeignText = (text: string, kind = ''): HTMLElement =>
  createElement('bdi', { class: `foreign ${kind}`, dir: 'auto' }, text);

/** A block of such text with its line breaks. */
export const renderTextBlock = (text: string): HTMLElement =>
  text === ''
    ? createElement('p', { class: 'quiet' }, 'Empty.')
    : createElement('div', { class: 'text', dir: 'auto' }, text);

/** A section with a heading, which screen readers can reach as a landmark. */
export function renderPageSection(id: string, title: string, ...children: ElementChild[]): HTMLElement {
  return createElement(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    createElement('h2', { id: `${id}-title` }, title),
    ...children,
  );
}

/** A container that scrolls sideways if its content is wider than the page. */
export const renderScroller = (label: string, child: ElementChild, kind = ''): HTMLElement =>
  createElement('div', { class: `scroller ${kind}`, role: 'region', 'aria-label': label, tabindex: 0 }, child);

/** A table with column heads. The first cell of each row is its head. */
export const renderPlainTable = (
  kind: string,
  heads: readonly string[],
  rows: readonly (readonly ElementChild[])[],
): HTMLElement =>
  createElement(
    'table',
    { class: `plain ${kind}` },
    createElement(
      'thead',
      {},
      createElement(
        'tr',
        {},
        heads.map((text) => createElement('th', { scope: 'col' }, text)),
      ),
    ),
    createElement(
      'tbody',
      {},
      rows.map(([head, ...cells]) =>
        createElement(
          'tr',
          {},
          createElement('th', { scope: 'row' }, head),
          cells.map((cell) => createElement('td', {}, cell)),
        ),
      ),
    ),
  );

/** A part that opens and closes. `key`: finds it again after an update, so that it stays open or closed. */
export function renderCollapsible(
  key: string,
  open: boolean,
  summary: ElementChild,
  ...children: ElementChild[]
): HTMLDetailsElement {
  return createElement('details', { 'data-key': key, open }, createElement('summary', {}, summary), ...children);
}

/** A readable name of a node. Its id grows with its level. */
export const formatNodeName = ({ depth, column }: { depth: number; column: number }): string =>
  depth === 0 ? 'First prompt' : `Level ${depth}, node ${column + 1}`;

export const formatScore = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
/** How many points more or less than the first prompt, with the 95 % interval of the difference. */
export const formatAdvantage = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
  `${Math.abs(mean).toFixed(2)} points ${mean < 0 ? 'less' : 'more'} than the first prompt (95\u00a0% interval ${formatScoreDifference(low)} to ${formatScoreDifference(high)})`;
/** A difference in points with its sign. */
export const formatScoreDifference = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;
/** A reward that is short enough for a node: 5, 4.8. */
export const formatShortScore = (value: number | null): string =>
  value === null ? '?' : String(Math.round(value * 10) / 10);
export const formatCount = (n: number): string => n.toLocaleString('en');
export const pluralizeCount = (n: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(n)} ${n === 1 ? singular : plural}`;
/** Calls and tokens of all roles. Embeddings do not count as calls. */
export const sumRoleUsage = (roles: readonly RoleView[]): { calls: number; tokens: number } => ({
  calls: roles.filter((r) => r.role !== 'embeddings').reduce((n, r) => n + r.calls, 0),
  tokens: roles.reduce((n, r) => n + r.input + r.output, 0),
});
export const formatDollars = (usd: number): string => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
