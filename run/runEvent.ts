import { z } from 'zod';

/** What did not end the run: an unreadable reply, a rejected rewrite, a response that was cut, or a warning, whose id begins with its code. */
export interface RunEvent {
  id: string;
  kind: 'unreadable' | 'rejected' | 'cut' | 'warning';
  what: string;
  /** The line that a rewrite was rejected for, if one is to blame. Written by a model. */
  line?: string;
}

export const RunEvent: z.ZodType<RunEvent> = z.object({
  id: z.string(),
  kind: z.enum(['unreadable', 'rejected', 'cut', 'warning']),
  what: z.string(),
  line: z.string().exactOptional(),
});
