import type { FailureKind } from '../errors.ts';
import { isBlockedFinish } from '../promptFaults.ts';
import type { Reply } from '../transport.ts';
import type { FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';

/** Finds why a reply is no answer: a filter blocked all of it, or the base model said nothing. Null if it is one. */
export function findReplyFault({ role, transport }: RoleModel, { texts, finish }: Reply): FailedAttempt | null {
  if (transport.kind === 'embeddings') return null;
  const isBlocked = finish.length > 0 && finish.every(isBlockedFinish);
  const isEmpty = role === 'base' && texts.every((text) => text.trim() === '');
  if (!isBlocked && !isEmpty) return null;
  const ending = finish.some((reason) => reason === 'length') ? ', up to its limit of tokens' : '';
  const message = isBlocked ? `a content filter blocked the answer (${finish[0]})` : `the reply is empty${ending}`;
  return createReplyFault(isBlocked ? 'content-filter' : 'empty', message);
}

/** Creates a failure of a request that no error ended. It is final. */
export const createReplyFault = (kind: FailureKind, message: string): FailedAttempt => ({
  kind,
  status: undefined,
  retryable: false,
  overloaded: false,
  retryAfterMs: undefined,
  message,
});

/** How the answers of a model begin that goes on writing the marks of a chat template, because it has none. */
const TEMPLATE_MARK =
  /^\s*(<s>|<bos>)?\s*(<\|im_|<\|(start|end)_header_id\|>|<(start|end)_of_turn>|\[\/?INST\]|<<SYS>>|<\|(user|system|assistant|eot_id|endoftext|begin_of_text|end_of_text)\|>|<｜(User|Assistant)｜>|<\|(START|END)_OF_TURN_TOKEN\|>)/;

/** Whether an answer begins with a mark of a chat template. */
export const hasTemplateMark = ({ texts }: Reply): boolean => TEMPLATE_MARK.test(texts[0] ?? '');
