import type { StoredRecord } from './storedRecord.ts';
import type { Role } from '../roles.ts';

/** Finds the requests that earlier sessions sent without recording an answer or a failure. */
export class PendingRequests {
  readonly #roles: Role[] = [];

  addRecord(record: StoredRecord): void {
    if ('sent' in record) this.#roles.push(record.role);
    else if ('failed' in record || ('key' in record && !record.shared)) this.#removeRole(record.role);
  }

  /** The role of each pending request. */
  listRoles(): readonly Role[] {
    return this.#roles;
  }

  #removeRole(role: Role): void {
    const index = this.#roles.indexOf(role);
    if (index >= 0) this.#roles.splice(index, 1);
  }
}
