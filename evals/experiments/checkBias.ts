import { basename, resolve } from 'node:path';
import { readJudgedAnswers, type JudgedAnswer } from '../bias/judgedAnswers.ts';
import { createBiasReport, sampleAnswers, type BiasReport } from '../bias/biasReport.ts';
import { runBiasTrials, type NamedJudge, type BiasTrial } from '../bias/biasTrials.ts';
import { makeJudgeJustEval } from '../justEval/judgeJustEval.ts';
import { listChangedKeys, type Config } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Screen } from '../../run/progress.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop, stopOnSignal } from '../../run/stopRun.ts';
import { hashText, describeModel, formatModelName } from '../../run/describeModel.ts';
import { readTextFile } from './loadInstructions.ts';
import { loadFlagConfig, type EvaluateFlags } from './options.ts';
import { ProgressMeter } from './progressMeter.ts';

/** Instructions whose answers are judged again, unless told. */
const DEFAULT_SAMPLED_INSTRUCTIONS = 40;

/** What the checks came to, what stopped them, and where it is kept (null: nowhere, nothing was asked). */
export interface BiasCheckResult {
  bias: BiasReport;
  stopped: 'budget' | 'interrupted' | null;
  folder: string | null;
}

/** The checks over judged answers: a sample of them is judged again by every judge of the config. */
export async function checkBias(
  session: Session,
  answers: readonly JudgedAnswer[],
  { bias: wanted, quiet }: Pick<EvaluateFlags, 'bias' | 'quiet'>,
): Promise<BiasCheckResult> {
  const { gateway, config, folder } = session;
  const judges = createNamedJudges(session);
  const chosen = sampleAnswers(answers, typeof wanted === 'number' ? wanted : DEFAULT_SAMPLED_INSTRUCTIONS);
  const of = chosen.length * judges.length;
  const screen: Screen | null = quiet ? null : process.stderr;
  const meter = new ProgressMeter(screen, 'judged three ways', of, () => gateway.getUsageTotals());
  const trials: BiasTrial[] = [];
  const onTrial = (trial: BiasTrial): void => {
    trials.push(trial);
    meter.step(Object.keys(trial.baseline).length === 0);
  };
  let stopped: BiasCheckResult['stopped'] = null;
  try {
    await runBiasTrials({ answers: chosen, judges, inFlight: config.concurrency, onTrial });
  } catch (error) {
    stopped = classifyStop(error);
    if (stopped === null) throw error;
    await gateway.drain();
  }
  return { bias: createBiasReport(answers, trials, of), stopped, folder: folder.path };
}

/** The config's judges, each under a name of its own. */
function createNamedJudges({ judges, config }: Session): NamedJudge[] {
  const names = [config.models.judge, ...config.judge.panel].map((m) => formatModelName(describeModel(m)));
  return judges.map((model, i) => {
    const [name = '', before] = [names[i], names.slice(0, i).filter((other) => other === names[i]).length];
    return { name: before ? `${name} (${before + 1})` : name, judge: makeJudgeJustEval({ model }) };
  });
}

/** `evaluate --judged FILE … --bias`: what the judgements tell by themselves, and where judges are named, what these do. */
export async function checkJudgedFiles(flags: EvaluateFlags): Promise<BiasCheckResult> {
  const files = (flags.judged ?? []).map((file) => ({
    name: basename(file),
    text: readTextFile(resolve(file), '--judged'),
  }));
  const answers = readJudgedAnswers(files.map(({ name, text }, i) => ({ name: `${i + 1} ${name}`, text })));
  const config = loadJudgeConfig(flags);
  if (config === null) return { bias: createBiasReport(answers, []), stopped: null, folder: null };
  const session = await openSession(config, openBiasFolder(config, files, flags));
  const release = stopOnSignal(session.gateway);
  try {
    const checked = await checkBias(session, answers, flags);
    session.folder.write('result.json', { ...checked, ...session.gateway.getUsageTotals() });
    return checked;
  } finally {
    release();
    await session.close();
  }
}

/** The config of the judges where one is named; a judge alone will do. */
function loadJudgeConfig(flags: EvaluateFlags): Config | null {
  const { config, optimizer, judge, set } = flags;
  if ([config, optimizer, judge].every((given) => given === undefined) && !set.some((s) => /^(models|judge)\./.test(s)))
    return null;
  const alone = config === undefined && optimizer === undefined && judge !== undefined;
  return loadFlagConfig(alone ? { ...flags, optimizer: judge } : flags);
}

function openBiasFolder(config: Config, files: readonly { text: string }[], flags: EvaluateFlags): RunFolder {
  const what = { judged: files.map(({ text }) => hashText(text)) };
  const out = flags.out ?? `runs/bias-${hashText(JSON.stringify([config, what])).slice(0, 10)}`;
  const folder = RunFolder.open(resolve(out), config, flags.fresh);
  const before = flags.fresh ? undefined : folder.readJson('bias.json');
  if (before !== undefined && listChangedKeys(before, what).length)
    throw new UserError(
      `${out}: expected the judgements this folder was begun with, got others; choose another --out, or --fresh to begin anew`,
    );
  folder.write('bias.json', what);
  return folder;
}
