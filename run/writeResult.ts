import { toExamplesObject, type Example } from '../state/example.ts';
import type { UsageTotals } from '../models/cache/usageTotals.ts';
import type { FinalOutcome } from '../state/final.ts';
import type { Config } from './config/loadConfig.ts';
import { createRunVerdict } from './createRunVerdict.ts';
import { describeProofJudge } from './describeJudge.ts';
import { recordProof } from './proofRecord.ts';
import type { RunFolder } from './runFolder.ts';
import { writeRunReport } from './writeReport.ts';
import {
  buildResult,
  collectPath,
  toReferenceOutput,
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
  const search = { bestPrompt, bestId, value, stoppedBy, levels, beam, final };
  const { keepPromptAbove } = config.search;
  const onlyChecks = config.rewards.mode === 'checks';
  const { judge } = config;
  const details = { reliability, keepPromptAbove, onlyChecks, judge, ...(about.branch && { branch: about.branch }) };
  const result = buildResult(search, folder.nodes(), tally, folder.events.records(), seconds, details);
  const verdict = createRunVerdict(result, config);
  recordProof(folder, final, describeProofJudge(config));
  const whole = { ...result, verdict, final: final && removePairs(final), ...about };
  return writeResultFiles(folder, config, whole, toExamplesObject(outcome.examples));
}

/** A final as result.json has it: proof.jsonl holds its answers. */
function removePairs(final: FinalOutcome): FinalOutcome {
  const { pairs: _, ...rest } = final;
  return rest;
}

/** Writes the files of a result, and last the result itself with their digests. Returns it. */
export function writeResultFiles(
  folder: RunFolder,
  config: unknown,
  result: OptimizeResult,
  examples: Readonly<Record<string, string>>,
): OptimizeResult {
  const nodes = folder.nodes();
  const digests = folder.writeAll({
    'examples.json': examples,
    'prompt.txt': result.bestPrompt,
    'output.json': toReferenceOutput(collectPath(result.bestId, nodes), result.bestPrompt),
  });
  const refused = folder.events.records().filter(({ kind }) => kind === 'rejected');
  const proof = folder.proof.records();
  writeRunReport(folder.path, { config, result, nodes, refused, proof, finished: new Date() });
  folder.noteWritten('report.html');
  const whole = { ...result, digests, records: folder.countRecords() };
  folder.writeInParts('result.json', whole, 'nodes');
  return whole;
}
