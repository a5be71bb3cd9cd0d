import { z } from 'zod';
import { Turn } from '../../state/example.ts';
import { parseParts } from './parseParts.ts';
import { requireFilled } from './requireFilled.ts';
import { formatValue, UserError } from './userError.ts';

const Part = z.strictObject({ type: z.literal('text'), text: z.string() });
const Content = z.union([z.string(), z.array(Part).transform((parts) => parts.map(({ text }) => text).join(''))], {
  error: 'expected a text, or a list of {type: "text", text}',
});
const ROLES: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
};
const Messages = z.array(
  z
    .strictObject({
      role: z.string().refine((role) => Object.hasOwn(ROLES, role), {
        error: 'expected system, user or assistant; turns of tools are not supported',
      }),
      content: Content,
    })
    .transform(({ role, content }): Turn => ({ role: ROLES[role] ?? 'user', content })),
);

/** What messages hold: the query, the turns before it, and the answer after it. */
export interface Conversation {
  text: string;
  context: Turn[];
  expected?: string;
}

/** The last user message is the query, what comes before is its context, and an answer after it is the expected one. @throws UserError */
export function parseMessages(value: unknown, place: string): Conversation {
  const turns = parseParts(Messages, value, `${place}, messages`);
  const last = turns.findLastIndex(({ role }) => role === 'user');
  const query = turns[last];
  if (!query)
    throw new UserError(
      `${place}: expected messages as a list of {role, content} with a text of the user, got ${formatValue(value)}`,
    );
  const after = turns
    .slice(last + 1)
    .map(({ content }) => content)
    .join('\n\n');
  return {
    text: requireFilled(query.content, 'the last user message', place),
    context: turns.slice(0, last),
    ...(after !== '' && { expected: after }),
  };
}
