import type { StoredRecord } from './storedRecord.ts';
import { MODEL_ROLES, type Role } from '../roles.ts';

/** Finds the requests of earlier sessions that have neither an answer nor a failure any more: never recorded, or on a damaged line. */
export class PendingRequests {
  readonly #sent = new Map<Role, number>();

  addRecord(record: StoredRecord): void {
    if ('sent' in record) this.#add(record.role, 1);
    else if (('failed' in record && record.row === undefined) || ('key' in record && !record.shared && !record.batched))
      this.#add(record.role, -1);
  }

  /** The role of each pending request. `lost`: the roles of damaged answers, which are pending already if their dispatch was recorded. */
  listRoles(lost: readonly Role[] = []): Role[] {
    return MODEL_ROLES.flatMap((role) => {
      const count = Math.max(this.#sent.get(role) ?? 0, lost.filter((one) => one === role).length);
      return Array.from({ length: count }, () => role);
    });
  }

  #add(role: Role, change: 1 | -1): void {
    this.#sent.set(role, Math.max(0, (this.#sent.get(role) ?? 0) + change));
  }
}
