/** A part of the seed of a random draw. */
export type SeedPart = string | number;

/** A 32-bit hash of the parts (FNV-1a, then mixed). It is the simulation's only source of randomness. */
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

/** A number in [0, 1), the same for the same parts. */
export const drawUniform = (...parts: readonly SeedPart[]): number => hashParts(...parts) / 2 ** 32;

/** A draw from the standard normal distribution, the same for the same parts. */
export const drawNormal = (...parts: readonly SeedPart[]): number =>
  Math.sqrt(-2 * Math.log(1 - drawUniform(...parts, 'radius'))) *
  Math.cos(2 * Math.PI * drawUniform(...parts, 'angle'));

/** One of the items, the same for the same parts. @throws RangeError if there is none */
export function pickItem<T>(items: readonly T[], ...parts: readonly SeedPart[]): T {
  const item = items[Math.floor(drawUniform(...parts) * items.length)];
  if (item === undefined) throw new RangeError('items: expected at least one, got none');
  return item;
}
