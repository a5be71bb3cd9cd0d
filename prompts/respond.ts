import type { Example } from '../state/example.ts';

/** Where a model without a chat template is to stop (algorithm.md 1.4). */
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

/** The chat layout: the system prompt, each example as a turn of user and assistant, the query. */
export const toChatTurns = ({ prompt, query, examples }: RespondVariables): ChatTurn[] => [
  { role: 'system', content: prompt },
  ...examples.flatMap((e): ChatTurn[] => [
    { role: 'user', content: e.query },
    { role: 'assistant', content: e.answer },
  ]),
  { role: 'user', content: query },
];

/** The plain layout for base models, as the reference lays its prompts out (algorithm.md 1.4): headings, <START> and <END>. */
export function toPlainParts({ prompt, query, examples }: RespondVariables): { head: string; tail: string } {
  const shots = examples.map(
    (e, i) => `${i ? '#Query' : '# Query'}:\n${e.query}\n\n#Answer:\n<START>\n${e.answer}\n<END>\n\n`,
  );
  return { head: `# instructions\n\n${prompt}\n\n${shots.join('')}`, tail: `# Query:\n${query}\n\n# Answer:\n<START>` };
}

/** The plain layout split over a system and a user message: how the reference asks chat models. */
export function toSplitTurns(variables: RespondVariables): ChatTurn[] {
  const { head, tail } = toPlainParts(variables);
  return [
    { role: 'system', content: head },
    { role: 'user', content: tail },
  ];
}
