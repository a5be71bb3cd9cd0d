import type { Example } from '../state/example.ts';

/** Where a model without a chat template is to stop (algorithm.md 1.4). */
export const STOPS: readonly string[] = ['<END>', '<END', '<|eot_id|>'];

export interface RespondVariables {
  prompt: string;
  query: string;
  /** The K retrieved examples, most similar first. */
  examples: readonly Example[];
}

export interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** The chat layout: the system prompt, each example as a turn of user and assistant, the query. */
export const chatLayout = ({ prompt, query, examples }: RespondVariables): Turn[] => [
  { role: 'system', content: prompt },
  ...examples.flatMap((e): Turn[] => [
    { role: 'user', content: e.query },
    { role: 'assistant', content: e.answer },
  ]),
  { role: 'user', content: query },
];

/** The plain layout for base models, as the reference lays its prompts out (algorithm.md 1.4): headings, <START> and <END>. */
export function plainLayout({ prompt, query, examples }: RespondVariables): { head: string; tail: string } {
  const shots = examples.map(
    (e, i) => `${i ? '#Query' : '# Query'}:\n${e.query}\n\n#Answer:\n<START>\n${e.answer}\n<END>\n\n`,
  );
  return { head: `# instructions\n\n${prompt}\n\n${shots.join('')}`, tail: `# Query:\n${query}\n\n# Answer:\n<START>` };
}

/** The plain layout split over a system and a user message: how the reference asks chat models. */
export function splitLayout(variables: RespondVariables): Turn[] {
  const { head, tail } = plainLayout(variables);
  return [
    { role: 'system', content: head },
    { role: 'user', content: tail },
  ];
}
