import { fence } from './fence.ts';

/** What the assistant is for, in its owner's words. Empty if it is not said, so that requests without a task stay as they are. */
export const formatTask = (task: string | undefined): string =>
  task === undefined ? '' : `\nWhat the assistant is for:\n${fence('task', task)}\n`;
