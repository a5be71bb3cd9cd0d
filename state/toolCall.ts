import { z } from 'zod';

/** A call of a tool by an agent, and what the tool answered. */
export const ToolCall = z.object({
  name: z.string(),
  args: z.unknown(),
  /** Left out: there was no answer. */
  result: z.string().exactOptional(),
});
export type ToolCall = z.infer<typeof ToolCall>;
