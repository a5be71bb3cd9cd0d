import v8 from 'node:v8';

/** The factor by which the young generation grows, once: from 1 MB a half to 16. */
const YOUNG = 16;
/** How much the old one may grow, in per cent of what lives, before it is collected. */
const OLD = 50;

/**
 * Loads the command line, and keeps a long run's memory near to what it needs: left alone, V8 lets the young generation grow
 * to 128 MB and the old one to four times what lives. Done here, since flags of `node` would not reach `npx drpo`.
 */
export async function loadSmall<T>(load: () => Promise<T>): Promise<T> {
  growBy(YOUNG);
  await import('zod'); // of a size that has it grow exactly once
  growBy(1);
  const loaded = await load();
  v8.setFlagsFromString(`--heap-growing-percent=${OLD}`);
  return loaded;
}

const growBy = (factor: number): void => v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`);
