import { createHash } from 'node:crypto';

/**
 * An id (UUID v7) that follows from another one and a key, the same whenever it is made; it keeps the time of a v7. LangSmith's
 * own such function is for replicas of v7 ids only.
 */
export function deriveId(id: string, key: string): string {
  const hex = createHash('sha256').update(`${id}:${key}`).digest('hex');
  const time = id.charAt(14) === '7' ? id.slice(0, 13) : `${hex.slice(-12, -4)}-${hex.slice(-4)}`;
  return `${time}-7${hex.slice(0, 3)}-a${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
