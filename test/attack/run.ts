// Attacks on runs from outside: kills, damaged files, two writers, full disks, servers that misbehave, mutated configs.
// Prints how many trials held; exits with 1 if one did not.
// npm run test:attack -- [--long] [--seed N] [--only NAME] [--trials N]
import { parseArgs } from 'node:util';
import { createPicker, type Attack } from './attack.ts';
import { damageFiles } from './damagedFiles.ts';
import { fillDisks } from './fullDisks.ts';
import { killCommands } from './kills.ts';
import { misbehave } from './misbehavingServers.ts';
import { mutateConfigs } from './mutatedConfigs.ts';
import { startTwoWriters } from './twoWriters.ts';

const {
  long,
  seed,
  only,
  trials: asked,
} = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    trials: { type: 'string' },
  },
}).values;

process.env['LANGSMITH_TRACING'] = 'false';
const ATTACKS: readonly (readonly [name: string, attack: Attack, short: number, long: number])[] = [
  ['mutated configs', mutateConfigs, 100, 700],
  ['damaged files', damageFiles, 24, 500],
  ['misbehaving servers', misbehave, 10, 150],
  ['random kills', killCommands, 3, 300],
  ['two writers', startTwoWriters, 1, 20],
  ['full disks', fillDisks, 1, 20],
];

console.log('attack                 trials   held   not held   seconds');
let failed = 0;
for (const [name, attack, few, many] of ATTACKS.filter(([one]) => one.includes(only))) {
  const started = performance.now();
  const { trials, failures, skipped } = await attack(Number(asked ?? (long ? many : few)), createPicker(Number(seed)));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const cells = [trials, trials - failures.length, failures.length, seconds].map((cell, i) =>
    String(cell).padStart([6, 6, 10, 9][i] ?? 0),
  );
  console.log(`${name.padEnd(23)}${cells.join(' ')}${skipped === undefined ? '' : `   skipped: ${skipped}`}`);
  for (const failure of failures) console.log(`  ${failure}`);
  failed += failures.length;
}
process.exit(failed === 0 ? 0 : 1);
