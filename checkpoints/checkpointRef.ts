import type { RunnableConfig } from '@langchain/core/runnables';

/** Which checkpoint LangGraph's config names: its thread, its namespace and its id. */
export interface CheckpointRef {
  thread: string | undefined;
  ns: string | undefined;
  id: string | undefined;
}

/** Reads the checkpoint that a config names. A part that the config leaves out is undefined. */
export const toCheckpointRef = ({ configurable = {} }: RunnableConfig): CheckpointRef => ({
  thread: toOptionalText(configurable['thread_id']),
  ns: toOptionalText(configurable['checkpoint_ns']),
  id: toOptionalText(configurable['checkpoint_id']),
});

/** The conditions of a query for the checkpoints that have every part of a reference. */
export const toWhereClauses = (ref: CheckpointRef): (readonly [sql: string, value: string])[] =>
  (['thread', 'ns', 'id'] as const).flatMap((column) => {
    const value = ref[column];
    return value === undefined ? [] : [[`${column} = ?`, value] as const];
  });

/** LangGraph's config of one checkpoint. */
export const toCheckpointConfig = (thread: string, ns: string, id: string): RunnableConfig => ({
  configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id },
});

const toOptionalText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
