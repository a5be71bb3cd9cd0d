import { loadConfig } from '../../run/config/loadConfig.ts';
import { checkRunParts } from '../../run/checkRunParts.ts';
import { getExitCode } from '../../run/exitCode.ts';
import { runTrials, type Attack } from './attack.ts';

/** Values that some key does not expect. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  5_000_000,
  Number.NaN,
  '',
  ' ',
  'x',
  '__proto__',
  'a\u0000b',
  'x'.repeat(10_000),
  [],
  [null],
  {},
  { name: 'mcts' },
  { constructor: 1 },
  'simulated',
];

/** One or two values of a complete config are replaced or misnamed: it is read, or refused as a mistake of its user. */
export const mutateConfigs: Attack = (trials, pick) => {
  const whole = JSON.stringify(loadConfig({ roles: { optimizer: 'simulated' } }));
  return runTrials(trials, async () => {
    const values = JSON.parse(whole) as Record<string, unknown>;
    const changes = Array.from({ length: 1 + pick(2) }, () => mutate(values, pick));
    try {
      await checkRunParts(loadConfig({ values }));
    } catch (error) {
      if (getExitCode(error) === 2) return undefined;
      return `${changes.join(', ')}: ${String(error).slice(0, 300)}`;
    }
    return undefined;
  });
};

/** Changes one place of a config, and names it. */
function mutate(target: Record<string, unknown>, pick: (n: number) => number, path = ''): string {
  const keys = Object.keys(target);
  const key = keys[pick(keys.length)] ?? 'x';
  const inner = target[key];
  const place = `${path}${key}`;
  if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && pick(4) > 0)
    return mutate(inner as Record<string, unknown>, pick, `${place}.`);
  if (pick(6) === 0) {
    delete target[key];
    target[`${key}s`] = inner;
    return `${place}s`;
  }
  target[key] = VALUES[pick(VALUES.length)];
  return `${place}=${JSON.stringify(target[key])?.slice(0, 30)}`;
}
