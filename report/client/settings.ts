import { h, said, type Child } from './dom.ts';

/** The config: a group for each of its first keys, a key a row. */
export function settings(config: unknown): Child {
  const entries = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  if (!entries.length) return h('p', {}, 'None recorded.');
  const plain = entries.filter(([, value]) => !isGroup(value));
  const groups: [string, unknown][] = [
    ...(plain.length ? [['run', Object.fromEntries(plain)] as [string, unknown]] : []),
    ...entries.filter(([, value]) => isGroup(value)).flatMap(([key, value]) => split(key, value)),
  ];
  return h(
    'div',
    { class: 'settings' },
    groups.map(([name, group]) => h('div', {}, h('h3', {}, said(name)), h('dl', {}, flat(group, '').map(row)))),
  );
}

const isGroup = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A group whose keys are groups again, such as the models, is one for each of them. */
function split(key: string, value: object): [string, unknown][] {
  const inner = Object.entries(value);
  return inner.length && inner.every(([, v]) => isGroup(v))
    ? inner.map(([name, v]) => [`${key}.${name}`, v])
    : [[key, value]];
}

const row = ([key, value]: [string, string]): HTMLElement =>
  h('div', {}, h('dt', {}, said(key)), h('dd', {}, said(value, 'value')));

function flat(value: unknown, path: string): [string, string][] {
  if (value === null || value === undefined) return [[path, 'none']];
  if (!isGroup(value)) return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  const entries = Object.entries(value);
  if (!entries.length) return [[path, Array.isArray(value) ? 'none' : '{}']];
  if (Array.isArray(value) && !value.some(isGroup)) return [[path, value.map(String).join('\n')]];
  return entries.flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key));
}
