import { formatValue } from '../../config/userError.ts';

/** The values of a test's variables, by name. */
export type Vars = Readonly<Record<string, unknown>>;

/** A part of another tool's file that has no counterpart here: its place, and the reason. */
export class UnmappedError extends Error {
  override name = 'UnmappedError';
}

const VARIABLE = /\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}/g;

/** Names the variables that a template names plainly, as `{{name}}`. */
export const listVariables = (template: string): string[] => [
  ...new Set([...template.matchAll(VARIABLE)].map(([, name = '']) => name)),
];

/** Whether a text holds a tag of a template. */
export const hasTags = (text: string): boolean => /\{\{|\{%|\{#/.test(text);

/**
 * Puts the values of variables into a template of promptfoo. Only plain names, as in `{{name}}`, have a counterpart. A value is
 * put in as it is and never read as a template.
 * @throws UnmappedError if the template does more
 */
export function fillTemplate(template: string, vars: Vars): string {
  const other = /\{\{(?!-?\s*[A-Za-z_]\w*\s*-?\}\}).{0,40}|\{%.{0,40}|\{#.{0,40}/.exec(template);
  if (other) throw new UnmappedError(`only plain variables such as {{question}} map, got ${formatValue(other[0])}`);
  if (/\{\{-|-\}\}/.test(template))
    throw new UnmappedError('a variable that removes white space, as in {{- name -}}, does not map');
  return template.replaceAll(VARIABLE, (_, name: string) => toText(vars[name], name));
}

/** A value as promptfoo puts it into a text. */
function toText(value: unknown, name: string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((one) => toText(one, name)).join(',');
  if (value instanceof Date)
    throw new UnmappedError(
      `the variable ${name} is a date without quotation marks, which promptfoo writes as [object Object]; put them around it`,
    );
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UnmappedError(`the variable ${name} is an object, which has no text`);
}

/**
 * The values of a test's variables, as its texts get them: without a line end at the end.
 * @throws UnmappedError if a value is a template of its own, which promptfoo would fill
 */
export function resolveVars(vars: Vars): Vars {
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      const named = listVariables(value).find((other) => vars[other] !== undefined);
      if (named !== undefined || /\{%|\{#|\{\{(?!\s*\w+\s*\}\})/.test(value))
        throw new UnmappedError(
          `the variable ${name} holds ${named === undefined ? 'a tag of a template' : `{{${named}}}`}, which promptfoo fills; write its text out`,
        );
      return [name, value.replace(/\n$/, '')];
    }),
  );
}
