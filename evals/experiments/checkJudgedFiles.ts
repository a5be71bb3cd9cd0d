import { basename, resolve } from 'node:path';
import type { CommandOptions } from '../../run/commandResult.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { hashText } from '../../run/describeModel.ts';
import { openSession } from '../../run/session.ts';
import { Progress } from '../../run/progress.ts';
import { runInSession } from '../../run/runInSession.ts';
import { createBiasReport } from '../bias/biasReport.ts';
import { readJudgedAnswers } from '../bias/judgedAnswers.ts';
import { checkBias, type BiasCheckOptions, type BiasCheckResult } from './checkBias.ts';
import { openResultFolder } from './openResultFolder.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';

/** Which judgements are checked, and where the results go. */
export interface JudgedFilesOptions extends CommandOptions, BiasCheckOptions {
  /** Files of just-eval records. */
  judged: readonly string[];
}

/**
 * Checks existing judgements for bias. With a config, its judges judge a sample of the answers again; without one, no model
 * is asked. @throws UserError if a file or the folder cannot be used
 */
export async function checkJudgedFiles(config: Config | null, options: JudgedFilesOptions): Promise<BiasCheckResult> {
  const texts = options.judged.map((file) => readTextFile(resolve(file), '--judged'));
  // the number keeps files of the same name apart
  const answers = readJudgedAnswers(
    options.judged.map((file, i) => ({ name: `${i + 1} ${basename(file)}`, text: texts[i] ?? '' })),
  );
  if (config === null) return { bias: createBiasReport(answers, []), stopped: null, folder: null };
  const subject = { judged: texts.map(hashText) };
  const { handle: onEvent } = new Progress(null); // says what it waits for
  const openFolder = () => openResultFolder(config, options, { kind: 'bias', prefix: 'bias', subject });
  const session = await openSession(config, openFolder, { onEvent });
  return runInSession(session, async () => {
    const result = await checkBias(session, answers, options);
    session.folder.write('result.json', { ...result, ...session.gateway.getUsageTotals() });
    return result;
  });
}
