import { createHash } from 'node:crypto';
import type { FileStore, Gateway } from '../models/index.ts';
import type { CutResponse, UnreadableReplyHandler } from '../nodes/index.ts';
import { SearchError } from '../state/failure.ts';
import type { RunEvent } from './runEvent.ts';

/** What a run's `events.jsonl` says of a reply that could not be read. */
export const toUnreadableEvent = ({
  step,
  asked,
  reply,
  complaint,
  repaired,
}: Parameters<UnreadableReplyHandler>[0]): RunEvent => ({
  id: hashValue([step, asked, reply]),
  kind: 'unreadable',
  what: `${step}${repaired ? ' (repaired)' : ''}: ${complaint}`,
});

/** What a run's `events.jsonl` says of a response that is shorter than the base model's reply. */
export const toCutEvent = ({ prompt, query, reply, cut }: CutResponse): RunEvent => ({
  id: hashValue([cut, prompt, query, reply]),
  kind: 'cut',
  what: cut,
});

/** Replies that could not be read. If they ended a run, the next session asks for them again. */
export class UnreadableReplies {
  readonly #texts = new Set<string>();

  /** Adds all replies to a question, unless one of them could be read (`repaired`). */
  add({ replies, repaired }: { replies: readonly string[]; repaired: boolean }): void {
    if (!repaired) for (const text of replies) this.#texts.add(hashValue(text));
  }

  /** Forgets them after a failure that they caused. */
  async forget(error: unknown, gateway: Gateway, store: FileStore): Promise<void> {
    if (!(error instanceof SearchError) || this.#texts.size === 0) return;
    await gateway.drain();
    store.forget((text) => this.#texts.has(hashValue(text)));
  }
}

/** A short name for a request or a reply. */
const hashValue = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
