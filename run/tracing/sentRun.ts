import type { Client } from 'langsmith';

/** A run as it is sent when it begins, and what has become of it. */
export type Created = Parameters<Client['createRun']>[0] & { tags?: string[] };
export type Updated = Parameters<Client['updateRun']>[1];
