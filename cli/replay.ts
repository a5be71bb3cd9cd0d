import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../run/config/packageRoot.ts';
import { UserError } from '../run/config/userError.ts';
import { getErrorMessage } from '../state/failure.ts';
import { toCommandResult } from '../run/commandResult.ts';
import { Progress, toPrintable } from '../run/progress.ts';
import { printOutcome } from './printOutcome.ts';
import { replayRun } from '../run/replay/replayRun.ts';
import { readKeyNames } from '../run/replay/readKeyNames.ts';
import { chooseScreen } from './runFlags.ts';
import { renderSummary } from './summary.ts';

/** Stands for a key that a replay does not send. It is like no text, so that nothing is taken for it. */
const PLACEHOLDER = 'no-key-is-needed-for-a-replay-7c1f';

/**
 * `npm start -- --replay DIR`: repeats a recorded run from its own answers, without a request. The exit code is 1 if another
 * result came out. @throws UserError
 */
export async function replay(flags: readonly string[]): Promise<void> {
  const { replay: recorded, out, json = false, quiet = false } = parseFlags(flags);
  if (recorded === undefined || recorded === '')
    throw new UserError(
      '--replay: expected the folder of a recorded run, such as examples/runs/bike-shop, got nothing',
    );
  for (const name of Object.keys(process.env)) if (/^LANG(SMITH|CHAIN)_TRACING/.test(name)) delete process.env[name]; // traces would be sent
  for (const name of readKeyNames(recorded)) process.env[name] ||= PLACEHOLDER;
  const folder = resolve(out ?? join('runs', `replay-${basename(resolve(recorded))}`));
  const { handle } = new Progress(chooseScreen({ json, quiet }));
  const { result, differences, wasProvenFurther } = await replayRun(recorded, folder, handle);
  const { outcome, exitCode } = toCommandResult(result, folder);
  const lines = [
    renderSummary({ outcome, folder, exitCode }),
    '',
    differences.length === 0
      ? `Replayed from ${recorded}: no request was sent, and the result is the recorded one to the last digit.`
      : `Replayed from ${recorded}: no request was sent. This result differs from the recorded one in ${differences.join(', ')}.`,
    ...(wasProvenFurther ? ['The recorded verdict has more fresh queries, which `prove` asked afterwards.'] : []),
  ];
  printOutcome({ json, quiet }, toPrintable(lines.join('\n')), { ...outcome, differences }, differences.length && 1);
}

/** Names the real runs of this checkout that can be repeated, a line each. */
export function renderRecordedRuns(): string {
  const runs = join(packageRoot, 'examples/runs');
  const names = existsSync(runs) ? readdirSync(runs) : [];
  return names
    .filter((name) => existsSync(join(runs, name, 'result.json')))
    .map((name) => `A run on real models, from its recorded answers: npm start -- --replay examples/runs/${name}\n`)
    .join('');
}

function parseFlags(flags: readonly string[]) {
  try {
    return parseArgs({
      args: [...flags],
      options: {
        replay: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
        quiet: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UserError(
      `npm start -- --replay DIR: expected no other flags than --out, --json and --quiet; ${getErrorMessage(error)}`,
    );
  }
}
