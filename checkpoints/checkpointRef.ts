import type { RunnableConfig } from '@langchain/core/runnables';

/** Where a checkpoint lies, as LangGraph's config names it. */
export interface CheckpointRef {
  thread: string | undefined;
  ns: string | undefined;
  id: string | undefined;
}

export const toCheckpointRef = ({ configurable = {} }: RunnableConfig): CheckpointRef => ({
  thread: toOptionalText(configurable['thread_id']),
  ns: toOptionalText(configurable['checkpoint_ns']),
  id: toOptionalText(configurable['checkpoint_id']),
});

/** The same as conditions of a query. */
export const toWhereClauses = (place: CheckpointRef): (readonly [string, string])[] =>
  (['thread', 'ns', 'id'] as const).flatMap((column) => {
    const value = place[column];
    return value === undefined ? [] : [[`${column} = ?`, value] as const];
  });

const toOptionalText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
export const toCheckpointConfig = (thread: string, ns: string, id: string): RunnableConfig => ({
  configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id },
});
