import type { Screen } from '../../run/progress.ts';
import { classifyStop } from '../../run/stopRun.ts';
import type { ExperimentOutcome } from './experimentOutcome.ts';
import { ProgressMeter } from './progressMeter.ts';
import { requireJudgement } from './runMonitoredJustEval.ts';
import type { RowRun, RowRunner } from './rowRunner.ts';

/** Rows searched and evaluated at the same time; the gateway limits the calls in flight. */
const MAX_CONCURRENT_ROWS = 4;

/** Runs every row with every seed, and returns the runs by row and seed. A spent budget or Ctrl-C ends this early with what there is. */
export async function runRows(
  runner: Pick<RowRunner, 'context' | 'run' | 'flush'>,
  screen: Screen | null,
): Promise<{ runs: RowRun[]; stopped: ExperimentOutcome['stoppedBy'] }> {
  const { experiment, instructions, session, task = [] } = runner.context;
  const { rows, seeds } = experiment;
  const jobs = rows.flatMap((row) => Array.from({ length: seeds }, (_, seed) => ({ row, seed })));
  const meter = new ProgressMeter(
    screen,
    `${rows.length} rows, answers judged`,
    jobs.length * (instructions.length + task.length),
    () => session.gateway.getUsageTotals(),
  );
  const runs: (RowRun | undefined)[] = [];
  const queue = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, { row, seed }] of queue)
      runs[index] = await runner.run(row, seed, (record) => meter.step(record.missing !== undefined));
  };
  // rows that are evaluated at the same time share their batches
  const workers = runner.context.batched?.size ? jobs.length : MAX_CONCURRENT_ROWS;
  const results = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const line of await runner.flush()) screen?.write(`${line}\n`);
  const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  for (const error of errors) if (classifyStop(error) === null) throw error;
  const done = runs.filter((run) => run !== undefined);
  if (errors.length > 0) return { runs: done, stopped: classifyStop(errors[0]) };
  requireJudgement(done.flatMap(({ records }) => records)); // a row alone may have none
  return { runs: done, stopped: null };
}
