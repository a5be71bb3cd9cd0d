import type { Role } from '../roles.ts';
import type { ModelPrice } from '../settings.ts';
import type { Transport } from '../transport.ts';

/** How often a role's calls are retried, and what a reply may cost. */
export interface CallSettings {
  /** Attempts after the first. Default 6. */
  maxRetries?: number;
  /** Tokens of a reply, for estimates. Default 2048, also for null. */
  maxTokens?: number | null;
  /** How long a model may take to load. Default 600. */
  timeoutSeconds?: number;
  /** Default none: the model is not counted in dollars. */
  price?: ModelPrice | undefined;
  /** Whether its requests go in batches, if its endpoint has them. Default false. */
  isBatched?: boolean;
}

/** A role and the model that plays it. */
export interface RoleModel {
  role: Role;
  transport: Transport;
  settings: CallSettings;
}
