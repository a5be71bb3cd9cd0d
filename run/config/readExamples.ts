import { unwrapAnswer } from '../../nodes/rewriteExample.ts';
import { toExamplesObject, type Example } from '../../state/example.ts';
import { getErrorMessage } from '../../state/failure.ts';
import { readText } from './decodeFile.ts';
import { formatValue, UserError } from './userError.ts';

/** Reads the in-context examples of a file: `{query: answer}`, whose answers may be wrapped in <START> … <END>, or a list of `{query, answer}`. */
export async function readExamples(file: string): Promise<Example[]> {
  const text = await readText(file, 'examples.file');
  try {
    return toExamples(JSON.parse(text), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file}: expected JSON, got something else: ${getErrorMessage(error)}`);
  }
}

/** Reads in-context examples from the content of a data file. @throws UserError that names the example */
export function toExamples(parsed: unknown, place: string): Example[] {
  const pairs: [unknown, unknown][] = Array.isArray(parsed)
    ? parsed.map((item) =>
        typeof item === 'object' && item !== null
          ? [Reflect.get(item, 'query'), Reflect.get(item, 'answer')]
          : [item, undefined],
      )
    : typeof parsed === 'object' && parsed !== null
      ? Object.entries(parsed)
      : [];
  if (pairs.length === 0)
    throw new UserError(
      `${place}: expected an object {query: answer} or a list of {query, answer}, got ${formatValue(parsed)}`,
    );
  const examples = pairs.map(([query, answer], i) => {
    if (typeof query === 'string' && typeof answer === 'string') return { query, answer: unwrapAnswer(answer) };
    throw new UserError(
      `${place}, example ${i + 1}: expected a query and an answer, both texts, got ${formatValue({ query, answer })}`,
    );
  });
  const answers = new Map<string, string>();
  for (const { query, answer } of examples)
    if ((answers.get(query) ?? answer) === answer) answers.set(query, answer);
    else
      throw new UserError(
        `${place}: expected one answer to each query, got two to ${formatValue(query)}; leave one of them out`,
      );
  return toStoredOrder(examples);
}

/** Examples as `examples.json` holds them: each query once, queries that are whole numbers first. So a run and what follows it choose alike. */
export const toStoredOrder = (examples: readonly Example[]): Example[] =>
  Object.entries(toExamplesObject(examples)).map(([query, answer]) => ({ query, answer }));
