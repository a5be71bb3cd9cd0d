import { z } from 'zod';
import type { Example } from '../../state/example.ts';
import { Hypothesis } from '../../state/hypothesis.ts';
import type { Ask } from '../../graphs/approve.ts';
import type { RunOptions } from './remoteOptions.ts';
import { Usage } from './remoteUsage.ts';

const Refused = z.object({ parent: z.string(), sample: z.number(), reason: z.string() });
/** What a run tells on its custom stream. */
export const Heard = z.object({
  judged: Hypothesis.optional(),
  refused: z.array(Refused).default([]),
  usage: Usage.optional(),
});
export type Heard = z.infer<typeof Heard>;

/** What bringing a thread to its end takes. */
export interface Driving {
  input: { queries: readonly unknown[]; examples: readonly Example[] };
  options: RunOptions;
  /** Told of what is judged, refused and spent, as it is. */
  heard: (event: Heard) => void;
  /** Asked where the run rests; without it a run that rests is refused. */
  ask?: Ask | undefined;
  /** Told of the run that is followed. */
  following?: (run: string) => void;
  signal: AbortSignal;
}
