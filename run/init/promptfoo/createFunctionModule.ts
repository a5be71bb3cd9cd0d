import { hash } from 'node:crypto';
import type { Vars } from './fillTemplate.ts';

/** The code of an assertion: a text that promptfoo would run, or a module's path relative to the config, with the name of a function in it. */
export type AssertionCode = { body: string } | { module: string; name?: string | undefined };

/** How a module decides. */
export interface FunctionSettings {
  vars: Vars;
  config?: unknown;
  /** The least number that passes. Left out: any number above 0. */
  threshold?: number | undefined;
  isInverse: boolean;
  /** Whether its score counts, as in a group with a least mean. If not, all that passes has full marks. */
  isScored: boolean;
}

/** Makes the module of a check from the code of a javascript assertion. Nothing is run here. Its name follows from its text. */
export function createFunctionModule(code: AssertionCode, settings: FunctionSettings): { name: string; text: string } {
  const { vars, config, threshold, isInverse, isScored } = settings;
  const load =
    'body' in code
      ? `const decide = (...given) => new Function('output', 'context', 'process', ${toSource(code.body)})(...given);`
      : `import * as own from ${toSource(code.module)};\nconst decide = ${findExport(code.name)};`;
  const least = threshold === undefined ? 'result > 0' : `result >= ${threshold}`;
  const text = `// Made by \`drpo init\` of an assertion of promptfoo. It decides as promptfoo does.
${load}
const known = { vars: ${toSource(vars)}, config: ${toSource(config ?? {})} };
class ContextError extends Error {}
const context = new Proxy(known, {
  get(target, key) {
    if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key in target) return target[key];
    throw new ContextError(\`context.\${key} has no counterpart in drpo\`);
  },
});

/** What the assertion returns, as { pass, score, reason }. */
function readResult(result) {
  if (typeof result === 'boolean') return { pass: result ${isInverse ? '!==' : '==='} true, score: Number(result ${isInverse ? '!==' : '==='} true) };
  if (typeof result === 'number') return { pass: ${isInverse ? `!(${least})` : least}, score: result };
  if (typeof result?.pass === 'boolean' && typeof result.score === 'number')
    return { pass: result.pass ${isInverse ? '!==' : '==='} true, score: result.score, reason: result.reason };
  throw new Error('expected true, false, a number or { pass, score, reason }');
}

export default async function check({ response }) {
  try {
    const { pass, score, reason } = readResult(await decide(response, context, process));
    const share = Math.min(1, Math.max(0, score));
    return { score: ${isScored ? 'share' : 'pass ? 1 : Math.min(share, 0.99)'}, remark: reason || (pass ? 'it passes' : 'it does not pass') };
  } catch (error) {
    if (error instanceof ContextError) throw error;
    return { score: 0, remark: \`the assertion failed: \${error.message}\` };
  }
}
`;
  return { name: `check-${hash('sha256', text).slice(0, 12)}.mjs`, text };
}

const findExport = (name: string | undefined): string =>
  name === undefined
    ? "typeof own.default === 'function' ? own.default : own.default?.default"
    : `own[${toSource(name)}] ?? own.default?.[${toSource(name)}]`;

/** A value as source text; what JSON allows and JavaScript once did not is escaped. */
const toSource = (value: unknown): string =>
  (JSON.stringify(value) ?? 'undefined').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
