import { z } from 'zod';

/** What did not end the run: an unreadable reply, a rewrite that was rejected, or a warning, whose id begins with its code. */
export interface RunEvent {
  id: string;
  kind: 'unreadable' | 'rejected' | 'warning';
  what: string;
}

export const RunEvent: z.ZodType<RunEvent> = z.object({
  id: z.string(),
  kind: z.enum(['unreadable', 'rejected', 'warning']),
  what: z.string(),
});
