import type { Example } from '../state/example.ts';

/** Stop sequences for the plain layout, which has no chat template. */
export const STOP_SEQUENCES: readonly string[] = ['<END>', '<END', '<|eot_id|>'];

export interface RespondVariables {
  prompt: string;
  query: string;
  /** The K retrieved examples, most similar first. */
  examples: readonly Example[];
}

export interface ChatTurn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** Lays a request out as a chat: the system prompt, each example as a user and an assistant turn, then the query. */
export const toChatTurns = ({ prompt, query, examples }: RespondVariables): ChatTurn[] => [
  { role: 'system', content: prompt },
  ...examples.flatMap((e): ChatTurn[] => [
    { role: 'user', content: e.query },
    { role: 'assistant', content: e.answer },
  ]),
  { role: 'user', content: query },
];

/** Lays a request out as plain text for base models, as the reference does: headings, and answers between <START> and <END>. */
export function toPlainParts({ prompt, query, examples }: RespondVariables): { head: string; tail: string } {
  const shots = examples.map(
    (e, i) => `${i ? '#Query' : '# Query'}:\n${e.query}\n\n#Answer:\n<START>\n${e.answer}\n<END>\n\n`,
  );
  return { head: `# instructions\n\n${prompt}\n\n${shots.join('')}`, tail: `# Query:\n${query}\n\n# Answer:\n<START>` };
}

/** Splits the plain layout over a system and a user message, as the reference does for chat models. */
export function toSplitTurns(variables: RespondVariables): ChatTurn[] {
  const { head, tail } = toPlainParts(variables);
  return [
    { role: 'system', content: head },
    { role: 'user', content: tail },
  ];
}
