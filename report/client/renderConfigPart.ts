import { createElement, type ElementChild, renderForeignText } from './dom.ts';

/** The config: a group per top-level key, a row per setting. */
export function renderConfigPart(config: unknown): ElementChild {
  const entries = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  if (!entries.length) return createElement('p', {}, 'The config was not recorded.');
  const ungrouped = entries.filter(([, value]) => !isConfigGroup(value));
  const groups: [string, unknown][] = [
    ...(ungrouped.length ? [['run', Object.fromEntries(ungrouped)] as [string, unknown]] : []),
    ...entries.filter(([, value]) => isConfigGroup(value)).flatMap(([key, value]) => splitGroup(key, value)),
  ];
  return createElement(
    'div',
    { class: 'settings' },
    groups.map(([name, group]) =>
      createElement(
        'div',
        {},
        createElement('h3', {}, renderForeignText(name)),
        createElement('dl', {}, flattenConfig(group, '').map(renderConfigRow)),
      ),
    ),
  );
}

const isConfigGroup = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Splits a group of groups, such as the models, into one group each. */
function splitGroup(key: string, value: object): [string, unknown][] {
  const inner = Object.entries(value);
  return inner.length && inner.every(([, v]) => isConfigGroup(v))
    ? inner.map(([name, v]) => [`${key}.${name}`, v])
    : [[key, value]];
}

const renderConfigRow = ([key, value]: [string, string]): HTMLElement =>
  createElement(
    'div',
    {},
    createElement('dt', {}, renderForeignText(key)),
    createElement('dd', {}, renderForeignText(value, 'value')),
  );

function flattenConfig(value: unknown, path: string): [string, string][] {
  if (value === null || value === undefined) return [[path, 'none']];
  if (!isConfigGroup(value)) return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  const entries = Object.entries(value);
  if (!entries.length) return [[path, Array.isArray(value) ? 'none' : '{}']];
  if (Array.isArray(value) && !value.some(isConfigGroup)) return [[path, value.map(String).join('\n')]];
  return entries.flatMap(([key, inner]) => flattenConfig(inner, path ? `${path}.${key}` : key));
}
