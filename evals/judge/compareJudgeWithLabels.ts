import type { UsageTotals } from '../../models/index.ts';
import type { CommandOptions, CommandResult } from '../../run/commandResult.ts';
import { toExitCode } from '../../run/commandResult.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { describeModel, formatModelName, hashText, type ModelDescription } from '../../run/describeModel.ts';
import { Progress } from '../../run/progress.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { runInSession } from '../../run/runInSession.ts';
import { traceRun } from '../../run/tracing/traceRun.ts';
import { openResultFolder } from '../experiments/openResultFolder.ts';
import { ProgressMeter } from '../experiments/progressMeter.ts';
import { sampleEvenly } from '../justEval/instructions.ts';
import { judgeResponses } from './judgeResponses.ts';
import { toLabelPairs, type JudgedResponse } from './labelledResponse.ts';
import { measureJudge, type JudgeMeasures } from './measureJudge.ts';
import { readLabels, type LabelSet } from './readLabels.ts';

/** Which labels a judge is held against, and where the results go. */
export interface JudgeLabelsOptions extends CommandOptions {
  /** A file of labels. */
  labels: string;
  /** Responses to judge at most, 1 or more, spread evenly over the file. */
  limit?: number | undefined;
}

/** The result of `judge`, as `result.json` in its folder. */
export interface JudgeReport extends JudgeMeasures, Pick<UsageTotals, 'calls' | 'retries' | 'tokens' | 'usd'> {
  title: string;
  /** `models.judge`, then those of `judge.panel`. */
  judges: ModelDescription[];
  /** Responses to judge, those that were judged, and those among them whose judgement is missing. */
  responses: number;
  judged: number;
  missing: number;
  /** What a reader should know of the labels. */
  notes: string[];
  stoppedBy: 'budget' | 'interrupted' | null;
  seconds: number;
  folder: string;
}

/**
 * Has the config's judge score the responses of a file of labels, and measures how the two agree.
 * @throws UserError if the config, the file or the folder cannot be used
 */
export async function compareJudgeWithLabels(
  given: Config,
  options: JudgeLabelsOptions,
): Promise<CommandResult<JudgeReport>> {
  if (given.rewards.mode === 'checks')
    throw new UserError('rewards.mode: expected "dynamic" or "static", got "checks", which asks no judge; change it');
  const read = await readLabels(options.labels, given.rewards.criteria);
  const labels = { ...read, responses: sampleEvenly(read.responses, options.limit) };
  // checks are no part of the judge
  const config = await resolveModelNames(
    { ...given, rewards: { ...given.rewards, checks: [] } },
    options.fresh ? undefined : options.out,
  );
  const { handle: onEvent } = new Progress(options.screen);
  const subject = { labels: hashText(JSON.stringify(labels)) };
  const session = await openSession(
    config,
    () => openResultFolder(config, options, { kind: 'labels', prefix: 'judge', subject }),
    { onEvent },
  );
  return runInSession(session, async () => {
    const report = await judgeLabels(session, labels, options);
    session.folder.write('result.json', report);
    const exitCode = report.stoppedBy === null ? 0 : toExitCode(report.stoppedBy);
    return { exitCode, outcome: report, folder: session.folder.path };
  });
}

/** Has the responses judged; a spent budget or Ctrl-C ends it early with what there is. Writes each judged response to records.jsonl. */
async function judgeLabels(
  session: Session,
  { responses, rewards, notes }: LabelSet,
  { screen }: JudgeLabelsOptions,
): Promise<JudgeReport> {
  const { config, gateway, folder, nodes } = session;
  const startedMs = performance.now();
  const meter = new ProgressMeter(screen, 'judged', responses.length, () => gateway.getUsageTotals());
  const byIndex: JudgedResponse[] = [];
  const onJudged = (judged: JudgedResponse, index: number): void => {
    byIndex[index] = judged;
    meter.step(judged.missing !== undefined);
  };
  const trace = await traceRun(session, { command: 'judge' });
  let stoppedBy: JudgeReport['stoppedBy'] = null;
  try {
    const common = { responses, rewards, judge: nodes.judge, onJudged };
    await judgeResponses({ ...common, inFlight: config.concurrency, config: trace.config });
    session.checkReplies(true);
  } catch (error) {
    stoppedBy = classifyStop(error);
    if (stoppedBy === null) throw error;
    await gateway.drain();
  } finally {
    for (const line of await trace.flush()) screen?.write(`${line}\n`);
  }
  const judged = byIndex.flatMap((one) => one ?? []);
  folder.write('records.jsonl', judged.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const { calls, retries, tokens, usd } = gateway.getUsageTotals();
  const judges = [config.models.judge, ...config.judge.panel].map((model) => describeModel(model));
  return {
    title: formatTitle(judges, judged.length, responses.length),
    judges,
    responses: responses.length,
    judged: judged.length,
    missing: judged.filter(({ missing }) => missing !== undefined).length,
    ...measureJudge(toLabelPairs(judged)),
    notes,
    stoppedBy,
    calls,
    retries,
    tokens,
    usd,
    seconds: (performance.now() - startedMs) / 1000,
    folder: folder.path,
  };
}

function formatTitle(judges: readonly ModelDescription[], judged: number, of: number): string {
  const names = judges.map(formatModelName).join(', ');
  const isSimulated = judges.some(({ provider }) => provider === 'simulated');
  return `${names} held against labels: ${judged} of ${of} responses${isSimulated ? ' (a simulation: no real model’s result)' : ''}`;
}
