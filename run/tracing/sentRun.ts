import type { Client } from 'langsmith';

/** A run as it is sent when it starts, and its update when it ends. */
export type LangSmithRun = Parameters<Client['createRun']>[0] & { tags?: string[] };
export type LangSmithRunUpdate = Parameters<Client['updateRun']>[1];
