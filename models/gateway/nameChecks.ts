import { isListed } from '../isListed.ts';
import type { RoleModel } from './roleModel.ts';

/**
 * Compares the names of models with those that their endpoints list, since some servers answer under any name. An endpoint is
 * asked at once if it answers under another name, else at the end. It is never asked if its replies name no model.
 */
export class NameChecks {
  readonly #onUnlisted: (model: RoleModel, listed: readonly string[]) => void;
  readonly #known = new Set<string>();
  readonly #lists = new Map<string, Promise<string[] | null>>();
  readonly #later: RoleModel[] = [];
  readonly #running: Promise<void>[] = [];

  constructor(onUnlisted: (model: RoleModel, listed: readonly string[]) => void) {
    this.#onUnlisted = onUnlisted;
  }

  /** Notes under which name an endpoint answered. */
  add(model: RoleModel, servedAs: string | undefined): void {
    const { role, transport } = model;
    const key = `${role} ${transport.model} ${transport.endpoint}`;
    if (servedAs === undefined || !transport.listModels || this.#known.has(key)) return;
    this.#known.add(key);
    if (isSameModel(transport.model, servedAs)) this.#later.push(model);
    else this.#running.push(this.#check(model));
  }

  /** Asks the endpoints that are left. */
  async finish(): Promise<void> {
    this.#running.push(...this.#later.splice(0).map((model) => this.#check(model)));
    await Promise.all(this.#running);
  }

  async #check(model: RoleModel): Promise<void> {
    const { endpoint, listModels = () => Promise.resolve(null) } = model.transport;
    const list = this.#lists.get(endpoint) ?? listModels();
    this.#lists.set(endpoint, list);
    const listed = (await list) ?? [];
    if (listed.length > 0 && !isListed(model.transport.model, listed)) this.#onUnlisted(model, listed);
  }
}

/** Whether two names may mean one model, such as a name with a date or with a file's path and ending. */
function isSameModel(a: string, b: string): boolean {
  const [one = '', other = ''] = [a, b].map((name) => name.toLowerCase().split('/').at(-1));
  return one.startsWith(other) || other.startsWith(one);
}
