import type { ApprovalHandler } from '../graphs/approve.ts';
import { UserError } from './config/userError.ts';

/** A person's answer to a question. LangGraph would take `null` or nothing for no answer at all. @throws UserError if there is none */
export async function requireDecision(approve: ApprovalHandler | undefined, question: unknown): Promise<unknown> {
  const decision = await approve?.(question);
  if (decision !== undefined && decision !== null) return decision;
  throw new UserError(
    `approve: expected a decision about the level, "accept" or changes, got ${String(decision)}; let the function return one`,
  );
}
