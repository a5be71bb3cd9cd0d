import { createContext, Script } from 'node:vm';

/** So long may one pattern take on one response; some patterns take ages on long ones. */
const MAX_PATTERN_MS = 1000;
const script = new Script('new RegExp(pattern, flags).test(text)');
const context = createContext({});

/** Whether a text matches a pattern. @throws Error if that takes longer than a second */
export function testPattern(pattern: string, flags: string, text: string): boolean {
  try {
    Object.assign(context, { pattern, flags, text });
    return script.runInContext(context, { timeout: MAX_PATTERN_MS }) === true;
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(
      `expected the pattern to be decided within ${MAX_PATTERN_MS / 1000} second, got no decision; use a simpler one`,
      {
        cause: error,
      },
    );
  }
}
