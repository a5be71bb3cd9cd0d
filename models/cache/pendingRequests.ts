import type { StoredRecord } from './storedRecord.ts';
import type { Role } from '../settings.ts';

/** Tells from a run's records which requests were told to be sent, and neither answered nor failed. */
export class PendingRequests {
  readonly #roles: Role[] = [];

  addRecord(record: StoredRecord): void {
    if ('sent' in record) this.#roles.push(record.role);
    else if ('failed' in record || ('key' in record && !record.shared)) this.#removeRole(record.role);
  }

  /** The role of each. */
  listRoles(): readonly Role[] {
    return this.#roles;
  }

  #removeRole(role: Role): void {
    const place = this.#roles.indexOf(role);
    if (place >= 0) this.#roles.splice(place, 1);
  }
}
