import { PerformanceObserver } from 'node:perf_hooks';
import v8 from 'node:v8';

/** Bytes of V8's young generation, both halves. */
const YOUNG = 16 * 2 ** 20;
/** By how much the old one may grow, in per cent of what lives, before it is collected. */
const GROWTH = 40;

/**
 * Keeps a long run's memory near to what it needs: left alone, V8 lets the young generation grow to 128 MB and the old one to
 * several times what lives. Set here and not as flags of `node`, which would not reach `npx drpo`. Call it before all else is
 * loaded; once that is done, call what it returns.
 */
export function keepSmall(): () => void {
  v8.setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  growBy(1);
  return () => {
    growBy(8);
    const observer = new PerformanceObserver(() => {
      if (young() < YOUNG) return;
      growBy(1);
      observer.disconnect();
    });
    observer.observe({ entryTypes: ['gc'] });
  };
}

const growBy = (factor: number): void => v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`);
const young = (): number =>
  v8.getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? Infinity;
