import { z } from 'zod';
import type { Example } from '../../state/example.ts';
import { Hypothesis } from '../../state/hypothesis.ts';
import type { ApprovalHandler } from '../../graphs/approve.ts';
import type { RunOptions } from './remoteOptions.ts';
import { UsageReport } from './remoteUsage.ts';

const RejectedRewriteEvent = z.object({
  parent: z.string(),
  sample: z.number(),
  reason: z.string(),
  line: z.string().exactOptional(),
});
/** What a run sends on its custom stream. */
export const StreamEvent = z.object({
  judged: Hypothesis.optional(),
  rejected: z.array(RejectedRewriteEvent).default([]),
  usage: UsageReport.optional(),
});
export type StreamEvent = z.infer<typeof StreamEvent>;

/** What it takes to bring a thread to its end. */
export interface ThreadRunParams {
  input: { queries: readonly unknown[]; examples: readonly Example[] };
  options: RunOptions;
  /** Receives what is judged, rejected and spent. */
  onStreamEvent: (event: StreamEvent) => void;
  /** Called when the run waits for a person. Without it, such a run is rejected. */
  ask?: ApprovalHandler | undefined;
  /** Receives the id of the run that is followed. */
  onRun?: (run: string) => void;
  signal: AbortSignal;
}
