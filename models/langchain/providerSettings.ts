import type { ProviderName } from '../providers.ts';
import type { OutputMode } from '../transport.ts';

/** A model of a provider. Null and undefined send no such setting. Headers and query have their final values. */
export interface ProviderSettings {
  provider: ProviderName;
  model: string;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  /** The environment variable of the key, for error messages. */
  keyName?: string | undefined;
  temperature?: number | null;
  topP?: number | null;
  maxTokens?: number | null;
  seed?: number | null | undefined;
  timeoutSeconds?: number;
  reasoningEffort?: string | undefined;
  systemRole?: string | undefined;
  extraBody?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** The form of replies that have one. */
  output?: OutputMode | undefined;
  /** Values of headers and query that no message may show. */
  secrets?: readonly string[];
}

/** The sampling of one request: what the endpoint takes of its model's settings. */
export interface RequestSampling {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  seed?: number;
  stop?: readonly string[];
}

/** How one request is made: the fields of the class, and what is sent besides. */
export interface ProviderRequest {
  fields: Record<string, unknown>;
  /** Parameters that are sent without the class's knowledge. */
  added: readonly string[];
  /** Whether the class gets the signal of a call. It has no effect where the class has a fetch, which has the signal. */
  takesSignal: boolean;
}
