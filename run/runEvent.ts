import { z } from 'zod';

/** A failure of one item that did not end the run: an unreadable reply, or a rewrite that was rejected. */
export interface RunEvent {
  id: string;
  kind: 'unreadable' | 'rejected';
  what: string;
}

export const RunEvent: z.ZodType<RunEvent> = z.object({
  id: z.string(),
  kind: z.enum(['unreadable', 'rejected']),
  what: z.string(),
});
