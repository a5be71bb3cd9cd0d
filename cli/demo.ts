import { exit, handleFatalErrors, reportError } from './exit.ts';
import { isUnsettled, renderDemoEnd } from './demoEnd.ts';
import { execute } from './program.ts';
import { renderRecordedRuns, replay } from './replay.ts';

/** Of the seeds 1 to 20, that of the median true gain; `npm run demo-seed` finds it. */
const DEMO_SEED = 10;

// `npm start`: both stages of DRPO on the simulated models, whatever the environment holds. All other flags are those of `optimize`.
handleFatalErrors();
const flags = process.argv.slice(2);
if (flags.some((flag) => /^--replay\b/.test(flag))) {
  await replay(flags).catch((error: unknown) => (process.exitCode = reportError(error)));
  await exit();
}
const modelFlag = flags.find((flag) => /^--(config|optimizer|base|reward|judge|remote)\b|^models\./.test(flag));
if (modelFlag !== undefined) {
  process.stderr.write(
    `drpo: ${modelFlag}: npm start always uses simulated models; for others, use npm run -s drpo -- optimize …\n`,
  );
  process.exit(2);
}
process.stdout.write(
  'This run uses simulated models and needs no key. Its figures say nothing about a real model.\n\n',
);
const demo = ['optimize', '--no-config', '--optimizer', 'simulated'];
const settings = ['--set', 'examples.rewrite=true', '--set', `queries.seed=${DEMO_SEED}`];
const run = (...args: string[]): Promise<string | undefined> => execute([...process.argv.slice(0, 2), ...args]);
const folder = await run(...demo, ...settings, ...flags);
if (folder !== undefined && !flags.includes('--json')) {
  if (isUnsettled(folder)) {
    process.stdout.write('\nThe proof goes on with more fresh queries, as drpo prove does:\n');
    await run('prove', '--run', folder);
  }
  process.stdout.write(await renderDemoEnd(folder));
  process.stdout.write(renderRecordedRuns());
}
await exit();
