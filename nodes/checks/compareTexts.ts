import type { Check } from '../../state/check.ts';
import { formatQuote, toResult, type CheckResult } from './checkResult.ts';

const fold = (text: string, ignoreCase = false): string => (ignoreCase ? text.toLowerCase() : text);

/** Whether a response is a text. Null: there is no text to compare with. */
export function compareTexts(
  response: string,
  value: string | undefined,
  { ignoreCase, exact = false }: Pick<Extract<Check, { type: 'equals' }>, 'ignoreCase' | 'exact'>,
): CheckResult | null {
  if (value === undefined) return null;
  const toCompared = (text: string): string => (exact ? fold(text, ignoreCase) : fold(text, ignoreCase).trim());
  const equal = toCompared(response) === toCompared(value);
  return toResult(equal, equal ? 'it is the expected answer' : `expected exactly ${formatQuote(value)}`);
}

/** Whether a response contains texts: the share of them, or all or any of them. Null: there is no text to look for. */
export function findTexts(
  response: string,
  value: string | string[] | undefined,
  { ignoreCase, match, at }: Pick<Extract<Check, { type: 'contains' }>, 'ignoreCase' | 'match' | 'at'>,
): CheckResult | null {
  if (value === undefined) return null;
  const texts = [value].flat();
  const folded = fold(response, ignoreCase);
  const isFound = (text: string): boolean =>
    at === 'start' ? folded.startsWith(fold(text, ignoreCase)) : folded.includes(fold(text, ignoreCase));
  const [found, missing] = [texts.filter(isFound), texts.filter((text) => !isFound(text))];
  const verb = at === 'start' ? ['begins with', 'does not begin with'] : ['contains', 'lacks'];
  const remarks = [
    ...(found.length ? [`${verb[0]} ${found.map(formatQuote).join(', ')}`] : []),
    ...(missing.length ? [`${verb[1]} ${missing.map(formatQuote).join(', ')}`] : []),
  ];
  const passed = match === 'any' ? found.length > 0 : missing.length === 0;
  return { share: match ? Number(passed) : found.length / texts.length, remark: `it ${remarks.join(' and ')}` };
}
