import type { TokenPrice } from './budget.ts';
import type { Role } from '../settings.ts';
import type { Transport } from '../transport.ts';

/** How a role's calls are made. maxRetries: attempts after the first; maxTokens: of a reply. */
export interface CallSettings {
  maxRetries?: number;
  maxTokens?: number;
  price?: TokenPrice | undefined;
}

/** A role and who plays it. */
export interface RoleModel {
  role: Role;
  transport: Transport;
  settings: CallSettings;
}
