import type { UsageTotals } from '../models/index.ts';
import type { Example } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { toExamplesObject } from './commandResult.ts';
import type { RunFolder } from './runFolder.ts';
import { writeRunReport } from './writeReport.ts';
import {
  collectPath,
  toReferenceOutput,
  buildResult,
  type JudgeReliability,
  type SearchOutcome,
  type OptimizeResult,
} from './result.ts';

/** What a result is written from. `tally`: null if the usage is unknown. */
export interface ResultInput {
  config: Config;
  folder: RunFolder;
  tally: UsageTotals | null;
  seconds: number;
  reliability?: JudgeReliability | null;
  about?: Pick<OptimizeResult, 'remote' | 'branch'>;
}

/** Writes a run's result in all its forms: result.json, prompt.txt, output.json, examples.json, report.html. */
export function writeResult(
  { config, folder, tally, seconds, reliability = null, about = {} }: ResultInput,
  outcome: SearchOutcome & { examples: readonly Example[] },
): OptimizeResult {
  const { bestPrompt, bestId, value, stoppedBy, levels, beam, final } = outcome;
  const nodes = folder.nodes();
  const search = { bestPrompt, bestId, value, stoppedBy, levels, beam, final };
  const { keepPromptAbove } = config.search;
  const details = { reliability, keepPromptAbove, ...(about.branch && { branch: about.branch }) };
  const result = { ...buildResult(search, nodes, tally, folder.events.records(), seconds, details), ...about };
  folder.write('examples.json', toExamplesObject(outcome.examples));
  folder.write('prompt.txt', bestPrompt);
  folder.write('output.json', toReferenceOutput(collectPath(bestId, nodes)));
  folder.writeInParts('result.json', result, 'nodes');
  writeRunReport(folder.path, { config, result, nodes });
  return result;
}
