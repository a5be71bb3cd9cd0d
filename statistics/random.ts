/** Draws whole numbers from 0 to 2³²−1. */
export type Random32 = () => number;

/** MT19937 seeded as numpy does it, so that numpy's shuffles can be repeated. `seed`: a whole number from 0 to 2³²−1. */
export function createMersenneTwister(seed: number): Random32 {
  const state = new Uint32Array(624);
  state[0] = seed >>> 0;
  for (let i = 1; i < 624; i++) {
    const last = getWord(state, i - 1);
    state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
  }
  let next = 624;
  return () => {
    if (next === 624) {
      regenerate(state);
      next = 0;
    }
    let y = getWord(state, next++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function regenerate(state: Uint32Array): void {
  for (let i = 0; i < 624; i++) {
    const y = (getWord(state, i) & 0x80000000) | (getWord(state, (i + 1) % 624) & 0x7fffffff);
    state[i] = getWord(state, (i + 397) % 624) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

const getWord = (state: Uint32Array, i: number): number => state[i] ?? 0;

/** numpy's legacy shuffle, as a copy: from the end, each item is swapped with one drawn by masked rejection. */
export function shuffle<T>(items: readonly T[], draw: Random32): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j = (draw() & mask) >>> 0;
    while (j > i) j = (draw() & mask) >>> 0;
    const [moved] = shuffled.splice(j, 1, ...shuffled.slice(i, i + 1));
    if (moved !== undefined) shuffled[i] = moved;
  }
  return shuffled;
}
