/** Part of a key from which chance is drawn. */
export type Part = string | number;

/** A 32-bit hash of the parts (FNV-1a, then mixed): the only source of chance in the simulation. */
export function hash(...parts: readonly Part[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = String(part);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ 0x1f, 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number from [0, 1), the same whenever the parts are. */
export const uniform = (...parts: readonly Part[]): number => hash(...parts) / 2 ** 32;

/** A draw from the standard normal distribution (mean 0, sd 1), the same whenever the parts are. */
export const normal = (...parts: readonly Part[]): number =>
  Math.sqrt(-2 * Math.log(1 - uniform(...parts, 'radius'))) * Math.cos(2 * Math.PI * uniform(...parts, 'angle'));

/** One of the items (at least one is needed), the same whenever the parts are. */
export function pick<T>(items: readonly T[], ...parts: readonly Part[]): T {
  const item = items[Math.floor(uniform(...parts) * items.length)];
  if (item === undefined) throw new RangeError('pick: expected at least one item, got none');
  return item;
}
