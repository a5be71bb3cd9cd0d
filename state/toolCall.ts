import { z } from 'zod';

/** A call of a tool by an agent. */
export interface ToolCall {
  name: string;
  /** What the tool was given, as JSON has it. */
  args: unknown;
  /** What the tool answered. Left out: there was no answer. */
  result?: string;
}
export const ToolCall: z.ZodType<ToolCall, ToolCall> = z.object({
  name: z.string(),
  args: z.unknown(),
  result: z.string().exactOptional(),
});
