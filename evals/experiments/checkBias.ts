import type { Config } from '../../run/config/loadConfig.ts';
import { describeModel, formatModelName } from '../../run/describeModel.ts';
import type { Screen } from '../../run/progress.ts';
import type { Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { createBiasReport, sampleAnswers, type BiasReport } from '../bias/biasReport.ts';
import { runBiasTrials, type BiasTrial, type NamedJudge } from '../bias/biasTrials.ts';
import type { JudgedAnswer } from '../bias/judgedAnswers.ts';
import { makeJudgeJustEval } from '../justEval/judgeJustEval.ts';
import { ProgressMeter } from './progressMeter.ts';

/** Instructions whose answers are judged again by default. */
const DEFAULT_SAMPLED_INSTRUCTIONS = 40;

/** Whether the judges are checked for bias, and who sees the progress. */
export interface BiasCheckOptions {
  /** On the answers to how many instructions, 10 or more; true takes 40. */
  bias?: true | number | undefined;
  screen: Screen | null;
}

/** The report of the checks, what stopped them, and their folder (null if no judge was asked). */
export interface BiasCheckResult {
  bias: BiasReport;
  stopped: 'budget' | 'interrupted' | null;
  folder: string | null;
}

/** Checks every judge of the config for bias: each judges a sample of the answers again, three ways. */
export async function checkBias(
  session: Session,
  answers: readonly JudgedAnswer[],
  { bias, screen }: BiasCheckOptions,
): Promise<BiasCheckResult> {
  const { gateway, config, folder } = session;
  const judges = createNamedJudges(session.judges, config);
  const sample = sampleAnswers(answers, typeof bias === 'number' ? bias : DEFAULT_SAMPLED_INSTRUCTIONS);
  const total = sample.length * judges.length;
  const meter = new ProgressMeter(screen, 'judged three ways', total, () => gateway.getUsageTotals());
  const trials: BiasTrial[] = [];
  const onTrial = (trial: BiasTrial): void => {
    trials.push(trial);
    meter.step(Object.keys(trial.baseline).length === 0);
  };
  let stopped: BiasCheckResult['stopped'] = null;
  try {
    await runBiasTrials({ answers: sample, judges, inFlight: config.concurrency, onTrial });
  } catch (error) {
    stopped = classifyStop(error);
    if (stopped === null) throw error;
    await gateway.drain();
  }
  return { bias: createBiasReport(answers, trials, total), stopped, folder: folder.path };
}

/** The config's judges; a number tells those of the same name apart. */
function createNamedJudges(models: Session['judges'], config: Config): NamedJudge[] {
  const names = [config.models.judge, ...config.judge.panel].map((m) => formatModelName(describeModel(m)));
  return models.map((model, i) => {
    const name = names[i] ?? '';
    const namesakes = names.slice(0, i).filter((other) => other === name).length;
    return { name: namesakes ? `${name} (${namesakes + 1})` : name, judge: makeJudgeJustEval({ model }) };
  });
}
