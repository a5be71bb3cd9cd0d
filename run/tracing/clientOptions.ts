import type { ClientConfig } from 'langsmith';
import type { RunMetadata } from './traceMetadata.ts';

/**
 * What each client of LangSmith is made with. Without it, the client adds the values of all environment variables that begin
 * with LANGSMITH_ or LANGCHAIN_ to each run, and those in which build servers name a commit.
 */
export const SAFE_CLIENT_OPTIONS = { omitTracedRuntimeInfo: true } as const satisfies ClientConfig;

/** The only environment variables that are sent to LangSmith, by the metadata that they become. */
const SENT_VARIABLES = { revision_id: ['LANGSMITH_REVISION_ID', 'LANGCHAIN_REVISION_ID'] } as const;

/** The values of the environment variables that may be sent to LangSmith, as metadata. */
export const readSentVariables = (env: NodeJS.ProcessEnv = process.env): RunMetadata =>
  Object.fromEntries(
    Object.entries(SENT_VARIABLES).flatMap(([key, names]) => {
      const value = names.map((name) => env[name]).find(Boolean);
      return value === undefined ? [] : [[key, value]];
    }),
  );
