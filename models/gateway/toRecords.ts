import type { ModelRequest } from '../transport.ts';
import type { StoredAnswer, StoredFailure } from '../cache/storedRecord.ts';
import type { FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';
import type { SentResponse } from './sender.ts';

/** The record of an answered request. */
export const toAnswerRecord = (
  key: string,
  { role, transport: { model } }: RoleModel,
  { repair }: ModelRequest,
  { usage, usd, ms, finish, isBatched, texts, digits }: SentResponse,
): StoredAnswer => ({
  key,
  role,
  model,
  usage,
  usd,
  ms,
  finish,
  ...(repair && { repair: true }),
  ...(isBatched && { batched: true }),
  texts,
  ...(digits && { digits }),
});

/** The record of a failed attempt. `isFinal`: it was the last one of its call. */
export const toFailureRecord = (
  { role, transport: { model } }: RoleModel,
  { kind, usage, usd, row }: FailedAttempt,
  isFinal: boolean,
): StoredFailure => ({
  role,
  model,
  failed: kind,
  ...(isFinal && { final: true }),
  ...(usage && { usage }),
  ...(usd && { usd }),
  ...(row !== undefined && { row }),
});
