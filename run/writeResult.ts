import type { Tally } from '../models/index.ts';
import type { Example } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { asObject } from './commandResult.ts';
import type { RunFolder } from './runFolder.ts';
import { writeReport } from './writeReport.ts';
import { pathTo, referenceOutput, resultOf, type Found, type Result } from './result.ts';
import type { Retest } from './judgeReliability.ts';

/** What is known of a run when its files are written. `tally`: null where nobody knows what it took. */
export interface Known {
  config: Config;
  folder: RunFolder;
  tally: Tally | null;
  seconds: number;
  again?: Retest | null;
  about?: Pick<Result, 'remote' | 'branch'>;
}

/** Writes a run's result in all its forms: result.json, prompt.txt, output.json, examples.json, report.html. */
export function writeResult(
  { config, folder, tally, seconds, again = null, about = {} }: Known,
  { examples, ...found }: Found & { examples: readonly Example[] },
): Result {
  const { bestPrompt, bestId, value, stoppedBy, levels, beam, final } = found;
  const nodes = folder.nodes();
  const told = { bestPrompt, bestId, value, stoppedBy, levels, beam, final };
  const result = { ...resultOf(told, nodes, tally, folder.events.records(), seconds, again), ...about };
  folder.write('examples.json', asObject(examples));
  folder.write('prompt.txt', bestPrompt);
  folder.write('output.json', referenceOutput(pathTo(bestId, nodes)));
  folder.writeLong('result.json', result, 'nodes');
  writeReport(folder.path, { config, result, nodes });
  return result;
}
