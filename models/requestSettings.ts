import type { SystemRole } from './settings.ts';
import type { OutputMode } from './transport.ts';

/** How the requests of one model are made, whoever sends them. Null and undefined send no such setting. Headers and query have their final values. */
export interface RequestSettings {
  model: string;
  baseUrl?: string | undefined;
  /** Without a key, no key is sent. */
  apiKey?: string | undefined;
  /** The environment variable of the key, for error messages. */
  keyName?: string | undefined;
  temperature?: number | null;
  topP?: number | null;
  maxTokens?: number | null;
  seed?: number | null | undefined;
  timeoutSeconds?: number;
  reasoningEffort?: string | undefined;
  /** Who says the system prompt. Default: as LangChain sends it, "system". */
  systemRole?: SystemRole | undefined;
  /** Merged into the request. */
  extraBody?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** Parameters after the address. */
  query?: Record<string, string>;
  /** How replies with a form are requested. Default: as text. */
  output?: OutputMode | undefined;
  /** Values of headers and query that no message may show. */
  secrets?: readonly string[];
}
