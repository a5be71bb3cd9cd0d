import { basename, resolve } from 'node:path';
import { answersIn, type JudgedAnswer } from '../bias/answer.ts';
import { biasOf, sampled, type Bias } from '../bias/bias.ts';
import { tryJudges, type NamedJudge, type Trial } from '../bias/trials.ts';
import { makeJudgeJustEval } from '../justEval/judgeJustEval.ts';
import { differences, type Config } from '../../run/config/loadConfig.ts';
import { UserFault } from '../../run/config/userError.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Screen } from '../../run/progress.ts';
import { openSession, type Session } from '../../run/session.ts';
import { stoppedBy, stopOnSignal } from '../../run/stopRun.ts';
import { hashOf, modelAbout, nameOf } from '../../run/describeModel.ts';
import { textOf } from './readInstructionSets.ts';
import { configOf, type EvaluateFlags } from './options.ts';
import { Meter } from './evaluationProgress.ts';

/** Instructions whose answers are judged again, unless told. */
const SAMPLE = 40;

/** What the checks came to, what stopped them, and where it is kept (null: nowhere, nothing was asked). */
export interface Checked {
  bias: Bias;
  stopped: 'budget' | 'interrupted' | null;
  folder: string | null;
}

/** The checks over judged answers: a sample of them is judged again by every judge of the config. */
export async function checkBias(
  session: Session,
  answers: readonly JudgedAnswer[],
  { bias: wanted, quiet }: Pick<EvaluateFlags, 'bias' | 'quiet'>,
): Promise<Checked> {
  const { gateway, config, folder } = session;
  const judges = judgesOf(session);
  const chosen = sampled(answers, typeof wanted === 'number' ? wanted : SAMPLE);
  const of = chosen.length * judges.length;
  const screen: Screen | null = quiet ? null : process.stderr;
  const meter = new Meter(screen, 'judged three ways', of, () => gateway.tally());
  const trials: Trial[] = [];
  const onTrial = (trial: Trial): void => {
    trials.push(trial);
    meter.step(Object.keys(trial.usual).length === 0);
  };
  let stopped: Checked['stopped'] = null;
  try {
    await tryJudges({ answers: chosen, judges, inFlight: config.concurrency, onTrial });
  } catch (error) {
    stopped = stoppedBy(error);
    if (stopped === null) throw error;
    await gateway.drain();
  }
  return { bias: biasOf(answers, trials, of), stopped, folder: folder.path };
}

/** The config's judges, each under a name of its own. */
function judgesOf({ judges, config }: Session): NamedJudge[] {
  const names = [config.models.judge, ...config.judge.models].map((m) => nameOf(modelAbout(m)));
  return judges.map((model, i) => {
    const [name = '', before] = [names[i], names.slice(0, i).filter((other) => other === names[i]).length];
    return { name: before ? `${name} (${before + 1})` : name, judge: makeJudgeJustEval({ model }) };
  });
}

/** `evaluate --judged FILE … --bias`: what the judgements tell by themselves, and where judges are named, what these do. */
export async function biasOfJudged(flags: EvaluateFlags): Promise<Checked> {
  const files = (flags.judged ?? []).map((file) => ({ name: basename(file), text: textOf(resolve(file), '--judged') }));
  const answers = answersIn(files.map(({ name, text }, i) => ({ name: `${i + 1} ${name}`, text })));
  const config = judgingConfig(flags);
  if (config === null) return { bias: biasOf(answers, []), stopped: null, folder: null };
  const session = await openSession(config, folderFor(config, files, flags));
  const release = stopOnSignal(session.gateway);
  try {
    const checked = await checkBias(session, answers, flags);
    session.folder.write('result.json', { ...checked, ...session.gateway.tally() });
    return checked;
  } finally {
    release();
    await session.close();
  }
}

/** The config of the judges where one is named; a judge alone will do. */
function judgingConfig(flags: EvaluateFlags): Config | null {
  const { config, optimizer, judge, set } = flags;
  if ([config, optimizer, judge].every((given) => given === undefined) && !set.some((s) => /^(models|judge)\./.test(s)))
    return null;
  const alone = config === undefined && optimizer === undefined && judge !== undefined;
  return configOf(alone ? { ...flags, optimizer: judge } : flags);
}

function folderFor(config: Config, files: readonly { text: string }[], flags: EvaluateFlags): RunFolder {
  const what = { judged: files.map(({ text }) => hashOf(text)) };
  const out = flags.out ?? `runs/bias-${hashOf(JSON.stringify([config, what])).slice(0, 10)}`;
  const folder = RunFolder.open(resolve(out), config, flags.fresh);
  const before = flags.fresh ? undefined : folder.readJson('bias.json');
  if (before !== undefined && differences(before, what).length)
    throw new UserFault(
      `${out}: expected the judgements this folder was begun with, got others; choose another --out, or --fresh to begin anew`,
    );
  folder.write('bias.json', what);
  return folder;
}
