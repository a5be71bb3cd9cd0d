import type { Client } from 'langsmith';

/** A run as it is sent when it begins, and what has become of it. */
export type LangSmithRun = Parameters<Client['createRun']>[0] & { tags?: string[] };
export type LangSmithRunUpdate = Parameters<Client['updateRun']>[1];
