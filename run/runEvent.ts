import { z } from 'zod';

/** A failure of one item that did not end the run: an unreadable reply, a rewrite that was rejected, or a response that was cut. */
export interface RunEvent {
  id: string;
  kind: 'unreadable' | 'rejected' | 'cut';
  what: string;
}

export const RunEvent: z.ZodType<RunEvent> = z.object({
  id: z.string(),
  kind: z.enum(['unreadable', 'rejected', 'cut']),
  what: z.string(),
});
