/** Part of a key from which chance is drawn. */
export type SeedPart = string | number;

/** A 32-bit hash of the parts (FNV-1a, then mixed): the only source of chance in the simulation. */
export function hashParts(...parts: readonly SeedPart[]): number {
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
export const drawUniform = (...parts: readonly SeedPart[]): number => hashParts(...parts) / 2 ** 32;

/** A draw from the standard normal distribution (mean 0, sd 1), the same whenever the parts are. */
export const drawNormal = (...parts: readonly SeedPart[]): number =>
  Math.sqrt(-2 * Math.log(1 - drawUniform(...parts, 'radius'))) *
  Math.cos(2 * Math.PI * drawUniform(...parts, 'angle'));

/** One of the items (at least one is needed), the same whenever the parts are. */
export function pickItem<T>(items: readonly T[], ...parts: readonly SeedPart[]): T {
  const item = items[Math.floor(drawUniform(...parts) * items.length)];
  if (item === undefined) throw new RangeError('pick: expected at least one item, got none');
  return item;
}
