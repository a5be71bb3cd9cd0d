import type { ProviderName } from '../providers.ts';
import type { RequestSettings } from '../requestSettings.ts';

/** A model of a provider. */
export interface ProviderSettings extends RequestSettings {
  provider: ProviderName;
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
