import { FIELD_NAMES, findNearField, normalizeName, type QueryFields, type QueryMeaning } from './queryFields.ts';
import { parseCell } from './parseParts.ts';
import { formatValue, UserError } from './userError.ts';

/** Hands out the fields of an item by their meaning, each once. */
export class FieldReader {
  readonly #left: Map<string, unknown>;
  readonly #place: string;
  readonly #fields: QueryFields;

  constructor(item: object, place: string, fields: QueryFields) {
    this.#left = new Map(Object.entries(item).filter(([, value]) => value !== null && value !== undefined));
    [this.#place, this.#fields] = [place, fields];
  }

  /** The field that `queries.fields` names for a meaning, else the first with one of its names; undefined if there is none. */
  take(meaning: Exclude<QueryMeaning, 'metadata'>): { name: string; value: unknown } | undefined {
    return this.takeNamed(
      this.#fields[meaning] ?? FIELD_NAMES[meaning].find((one) => this.#findName(one) !== undefined),
    );
  }

  /** The field of a name, in any case. */
  takeNamed(wanted: string | undefined): { name: string; value: unknown } | undefined {
    const isWanted = (key: string): boolean => wanted !== undefined && normalizeName(key) === normalizeName(wanted);
    const name = wanted === undefined || this.#left.has(wanted) ? wanted : [...this.#left.keys()].find(isWanted);
    if (name === undefined || !this.#left.has(name)) return undefined;
    const value = this.#left.get(name);
    this.#left.delete(name);
    return { name, value };
  }

  /** The field of a name, in any case, unless `queries.fields` gives it a meaning of its own. */
  takeUnmapped(name: string): { name: string; value: unknown } | undefined {
    return this.takeNamed(this.#findName(name));
  }

  #findName(name: string): string | undefined {
    const mapped = new Set(Object.values(this.#fields).flat().map(normalizeName));
    return mapped.has(name) ? undefined : [...this.#left.keys()].find((key) => normalizeName(key) === name);
  }

  /** The names that are left. */
  get names(): string[] {
    return [...this.#left.keys()];
  }

  /** All that nothing uses, own `metadata` first. @throws UserError if a name is nearly a known one */
  takeRest(): Record<string, unknown> {
    const own = parseCell(this.#left.get('metadata'), `${this.#place}, metadata`);
    this.#left.delete('metadata');
    if (own !== undefined && (typeof own !== 'object' || Array.isArray(own)))
      throw new UserError(`${this.#place}: expected metadata as an object, got ${formatValue(own)}`);
    for (const name of this.#left.keys()) {
      if (this.#fields.metadata?.some((other) => normalizeName(other) === normalizeName(name))) continue;
      const meant = findNearField(name);
      if (meant !== undefined)
        throw new UserError(
          `${this.#place}: expected known fields, got "${name}". Did you mean "${meant}"? If it is another field, list it in queries.fields.metadata`,
        );
    }
    const twice = Object.keys(own ?? {}).find((name) => this.#left.has(name));
    if (twice !== undefined)
      throw new UserError(`${this.#place}: expected each field once, got "${twice}" in metadata too; leave one out`);
    return Object.fromEntries([...Object.entries(own ?? {}), ...this.#left]);
  }
}
