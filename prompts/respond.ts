import type { Example, Turn } from '../state/example.ts';

/** Stop sequences for the plain layout, which has no chat template. */
export const STOP_SEQUENCES: readonly string[] = ['<END>', '<END', '<|eot_id|>'];

export interface RespondVariables {
  prompt: string;
  query: string;
  /** Earlier turns of the conversation that the query ends, oldest first. */
  context?: readonly Turn[] | undefined;
  /** The K retrieved examples, most similar first. */
  examples: readonly Example[];
}

/**
 * Lays a request out as a chat: the system prompt, each example as a user and an assistant turn, earlier turns, then the query.
 * A system message among the earlier turns follows the prompt after a blank line, because many chat templates accept only one.
 */
export const toChatTurns = ({ prompt, query, context = [], examples }: RespondVariables): Turn[] => [
  { role: 'system', content: addSystemTurns(prompt, context) },
  ...examples.flatMap((e): Turn[] => [
    { role: 'user', content: e.query },
    { role: 'assistant', content: e.answer },
  ]),
  ...context.filter(({ role }) => role !== 'system'),
  { role: 'user', content: query },
];

const addSystemTurns = (prompt: string, context: readonly Turn[]): string =>
  [prompt, ...context.filter(({ role }) => role === 'system').map(({ content }) => content)].join('\n\n');

/** Folds a conversation into one query, for the layouts without turns: its earlier exchanges become further examples. */
export function foldContext({
  prompt,
  query,
  context = [],
  examples,
}: RespondVariables): Required<Omit<RespondVariables, 'context'>> {
  const earlier: Example[] = [];
  let questions: string[] = [];
  for (const { role, content } of context) {
    if (role === 'user') questions.push(content);
    if (role !== 'assistant') continue;
    earlier.push({ query: questions.join('\n\n'), answer: content });
    questions = [];
  }
  return {
    prompt: addSystemTurns(prompt, context),
    query: [...questions, query].join('\n\n'),
    examples: [...examples, ...earlier],
  };
}

/** Lays a request out as plain text for base models, as the reference does: headings, and answers between <START> and <END>. */
export function toPlainParts(variables: RespondVariables): { head: string; tail: string } {
  const { prompt, query, examples } = foldContext(variables);
  const shots = examples.map(
    (e, i) => `${i ? '#Query' : '# Query'}:\n${e.query}\n\n#Answer:\n<START>\n${e.answer}\n<END>\n\n`,
  );
  return { head: `# instructions\n\n${prompt}\n\n${shots.join('')}`, tail: `# Query:\n${query}\n\n# Answer:\n<START>` };
}

/** Splits the plain layout over a system and a user message, as the reference does for chat models. */
export function toSplitTurns(variables: RespondVariables): Turn[] {
  const { head, tail } = toPlainParts(variables);
  return [
    { role: 'system', content: head },
    { role: 'user', content: tail },
  ];
}
