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
