import type { BatchNews } from '../models/batch/batchQueue.ts';

/** What became of a batch, in one line. */
export function describeBatch({ step, role, endpoint, id = '', rows, answered, failed, expiresAt }: BatchNews): string {
  const requests = `${rows} ${rows === 1 ? 'request' : 'requests'}`;
  const others = rows - answered;
  const counts = `${answered} of ${requests} answered`;
  if (step === 'direct')
    return `${role}: requests that two batches did not answer are sent directly, at the full price.`;
  if (step === 'running') return `${role}: batch ${id}: ${counts}${failed > 0 ? `, ${failed} failed` : ''}.`;
  if (step === 'ended')
    return `${role}: batch ${id} has ended: ${counts}${others > 0 ? `. What may succeed is asked again` : ''}.`;
  const end = expiresAt === undefined ? '' : ` It ends by ${formatTime(expiresAt)}.`;
  return `${role}: batch ${id} with ${requests} runs at ${endpoint}.${end} Ctrl-C leaves it running, and the same command continues with it.`;
}

/** Day and time of here, such as 2026-11-30 14:05. */
function formatTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
