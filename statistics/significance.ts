import { createMersenneTwister } from './random.ts';

/** Chance (0 to 1) of a mean difference at least as great if signs were a coin's: a paired sign-flip test, two-sided. */
export function testSignFlip(differences: readonly number[], { rounds = 5000, seed = 0 } = {}): number {
  const apart = Float64Array.from(differences.filter((d) => d !== 0));
  if (apart.length === 0) return 1;
  const draw = createMersenneTwister(seed);
  const seen = Math.abs(apart.reduce((sum, d) => sum + d, 0)) - 1e-9;
  let asGreat = 1;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < apart.length; i++) {
      if (i % 32 === 0) bits = draw();
      const d = apart[i] ?? 0;
      sum += bits & 1 ? d : -d;
      bits >>>= 1;
    }
    if (Math.abs(sum) >= seen) asGreat++;
  }
  return asGreat / (rounds + 1);
}

/** Holm's correction for several comparisons: each p raised so that one false alarm among all stays as rare as for one. */
export function correctByHolm(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).toSorted((a, b) => a.p - b.p);
  const corrected = ps.map(() => 1);
  let floor = 0;
  for (const [rank, { p, i }] of order.entries()) {
    floor = Math.max(floor, Math.min(1, p * (ps.length - rank)));
    corrected[i] = floor;
  }
  return corrected;
}
