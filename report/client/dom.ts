import type { RoleView } from '../runView.ts';

export type Child = Node | string | null | undefined | false | readonly Child[];
type Props = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** An element. Strings become text, never markup; a function is a listener; false, null and undefined leave an attribute out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  assign(element, props);
  append(element, children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  assign(element, props);
  append(element, children);
  return element;
}

function assign(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props))
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? '' : String(value));
}

const isList = (child: Child): child is readonly Child[] => Array.isArray(child);

function append(element: Element, children: readonly Child[]): void {
  for (const child of children)
    if (isList(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
}

/** What a model or a data set said: set apart, so that its writing direction does not spill over. */
export const said = (text: string, kind = ''): HTMLElement => h('bdi', { class: `said ${kind}`, dir: 'auto' }, text);

/** A block of such text, its line breaks kept. */
export const block = (text: string): HTMLElement =>
  text === '' ? h('p', { class: 'quiet' }, 'Empty.') : h('div', { class: 'text', dir: 'auto' }, text);

/** A part of the page under a heading, reachable as a landmark. */
export function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), ...children);
}

/** A table that scrolls sideways on its own where it is wider than the page. */
export const scroller = (label: string, child: Child, kind = ''): HTMLElement =>
  h('div', { class: `scroller ${kind}`, role: 'region', 'aria-label': label, tabindex: 0 }, child);

/** A part that opens and closes, and stays as it was when the page is drawn anew. */
export function fold(key: string, open: boolean, summary: Child, ...children: Child[]): HTMLDetailsElement {
  return h('details', { 'data-key': key, open }, h('summary', {}, summary), ...children);
}

/** A node as people speak of it: its id grows with its level. */
export const nameOf = ({ depth, column }: { depth: number; column: number }): string =>
  depth === 0 ? 'Start' : `Level ${depth}, node ${column + 1}`;

export const points = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
/** A difference of points, with its sign. */
export const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;
/** A reward in the room of a node: 5, 4.8. */
export const brief = (value: number | null): string => (value === null ? '?' : String(Math.round(value * 10) / 10));
export const count = (n: number): string => n.toLocaleString('en');
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
/** Calls and tokens over all roles; embeddings are not counted as calls. */
export const askedOf = (roles: readonly RoleView[]): { calls: number; tokens: number } => ({
  calls: roles.filter((r) => r.role !== 'embeddings').reduce((n, r) => n + r.calls, 0),
  tokens: roles.reduce((n, r) => n + r.input + r.output, 0),
});
export const dollars = (usd: number): string => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
