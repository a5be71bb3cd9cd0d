import type { RunnableConfig } from '@langchain/core/runnables';

/** Where a checkpoint lies, as LangGraph's config names it. */
export interface Place {
  thread: string | undefined;
  ns: string | undefined;
  id: string | undefined;
}

export const placeOf = ({ configurable = {} }: RunnableConfig): Place => ({
  thread: text(configurable['thread_id']),
  ns: text(configurable['checkpoint_ns']),
  id: text(configurable['checkpoint_id']),
});

/** The same as conditions of a query. */
export const conditions = (place: Place): (readonly [string, string])[] =>
  (['thread', 'ns', 'id'] as const).flatMap((column) => {
    const value = place[column];
    return value === undefined ? [] : [[`${column} = ?`, value] as const];
  });

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
export const at = (thread: string, ns: string, id: string): RunnableConfig => ({
  configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id },
});
