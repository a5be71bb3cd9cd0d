import type { IfevalKwargs } from '../../../state/ifevalInstruction.ts';
import { removeEnds, removeSpace } from './pythonText.ts';

/** Whether the response is two different answers with six stars between them. */
export function hasTwoResponses(response: string): boolean {
  const parts = response.split('******').map(removeSpace);
  const filled = parts.filter((part) => part !== '');
  return parts.slice(1, -1).every((part) => part !== '') && filled.length === 2 && filled[0] !== filled[1];
}

/** Whether the response begins with the request, word for word. */
export const hasRepeatedPrompt = (
  response: string,
  { prompt_to_repeat: prompt }: IfevalKwargs<'combination:repeat_prompt'>,
): boolean => removeSpace(response).toLowerCase().startsWith(removeSpace(prompt).toLowerCase());

/** Whether the response ends with a phrase. */
export const hasEnd = (response: string, { end_phrase: phrase }: IfevalKwargs<'startend:end_checker'>): boolean =>
  removeEnds(removeSpace(response), '"').toLowerCase().endsWith(removeSpace(phrase).toLowerCase());

/** Whether the whole response is in double quotation marks. */
export const isQuoted = (response: string): boolean => {
  const text = removeSpace(response);
  return text.length > 1 && text.startsWith('"') && text.endsWith('"');
};

/** Whether the response has no comma. */
export const hasNoComma = (response: string): boolean => !response.includes(',');
