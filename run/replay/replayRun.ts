import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readRunData } from '../config/readData.ts';
import type { OptimizeEventHandler } from '../events.ts';
import type { OptimizeResult } from '../result.ts';
import { RunFolder } from '../runFolder.ts';
import { runSearch } from '../runSearch.ts';
import { openSession } from '../session.ts';
import { readRecordedRun } from './readRecordedRun.ts';

/** A repetition of a recorded run, and what of its result differs from the recorded one. */
export interface ReplayedRun {
  result: OptimizeResult;
  folder: string;
  /** Names of the fields of result.json. Empty: both are the same. */
  differences: string[];
  /** Whether the recorded verdict also has fresh queries that `prove` asked afterwards, so that it is not compared. */
  wasProvenFurther: boolean;
}

/** What of a result is another each time: its duration, the digests of its page, and the lines that `prove` has added to. */
const CHANGING_FIELDS = new Set(['seconds', 'digests', 'records']);

/**
 * Repeats a recorded run in another folder: the whole search, with each request answered from the record. Nothing is sent, and
 * no key is needed. @throws UserError if the record is not whole, StoreError if it lacks an answer
 */
export async function replayRun(recorded: string, out: string, onEvent?: OptimizeEventHandler): Promise<ReplayedRun> {
  const { config: searched, result: before, answers, warnings } = readRecordedRun(recorded);
  const config = { ...searched, budget: { calls: null, tokens: null, usd: null, minutes: null } };
  let description: string | undefined;
  const data = await readRunData(config, (text) => (description = text));
  const openFolder = (): RunFolder => {
    const folder = RunFolder.open(out, config, true);
    copyFileSync(answers, folder.file('calls.jsonl'));
    // what endpoints said of themselves cannot be asked again
    for (const event of warnings) folder.events.append(event);
    return folder;
  };
  const session = await openSession(config, openFolder, { isOffline: true, onEvent });
  try {
    const result = await runSearch(session, data, { onEvent, description });
    const wasProvenFurther = countLines(recorded) > countLines(session.folder.path);
    const differences = listDifferences(before, result).filter((name) => name !== 'verdict' || !wasProvenFurther);
    return { result, folder: session.folder.path, differences, wasProvenFurther };
  } finally {
    await session.close();
  }
}

/** Counts the fresh queries of a run's proof. */
const countLines = (run: string): number =>
  existsSync(join(run, 'proof.jsonl')) ? readFileSync(join(run, 'proof.jsonl'), 'utf8').split('\n').length : 0;

/** Lists the fields of the recorded result that differ, as their files hold them. */
function listDifferences(before: OptimizeResult, after: OptimizeResult): string[] {
  const [old, now] = [before, after].map((result): Record<string, unknown> => ({
    ...JSON.parse(JSON.stringify(result)),
  }));
  return Object.keys(old ?? {}).filter(
    (name) => !CHANGING_FIELDS.has(name) && !isDeepStrictEqual(old?.[name], pickKnown(old?.[name], now?.[name])),
  );
}

/** What of a value a record knows: a later version of drpo may say more. */
function pickKnown(recorded: unknown, value: unknown): unknown {
  if (Array.isArray(recorded) && Array.isArray(value)) return value.map((item, i) => pickKnown(recorded[i], item));
  if (!isPlainObject(recorded) || !isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, held]) =>
      Object.hasOwn(recorded, key) ? [[key, pickKnown(recorded[key], held)]] : [],
    ),
  );
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
