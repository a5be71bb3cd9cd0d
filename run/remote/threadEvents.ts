import { z } from 'zod';
import type { Example } from '../../state/example.ts';
import { Hypothesis } from '../../state/hypothesis.ts';
import type { ApprovalHandler } from '../../graphs/approve.ts';
import type { RunOptions } from './remoteOptions.ts';
import { UsageReport } from './remoteUsage.ts';

const RejectedRewriteEvent = z.object({ parent: z.string(), sample: z.number(), reason: z.string() });
/** What a run tells on its custom stream. */
export const StreamEvent = z.object({
  judged: Hypothesis.optional(),
  refused: z.array(RejectedRewriteEvent).default([]),
  usage: UsageReport.optional(),
});
export type StreamEvent = z.infer<typeof StreamEvent>;

/** What bringing a thread to its end takes. */
export interface ThreadRunParams {
  input: { queries: readonly unknown[]; examples: readonly Example[] };
  options: RunOptions;
  /** Told of what is judged, refused and spent, as it is. */
  heard: (event: StreamEvent) => void;
  /** Asked where the run rests; without it a run that rests is refused. */
  ask?: ApprovalHandler | undefined;
  /** Told of the run that is followed. */
  following?: (run: string) => void;
  signal: AbortSignal;
}
