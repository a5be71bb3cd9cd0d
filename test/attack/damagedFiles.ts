import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportRun } from '../../evals/langsmith/exportRun.ts';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { optimize } from '../../run/optimize.ts';
import { loadServedRun } from '../../run/loadArtifact.ts';
import { readRunView } from '../../run/writeReport.ts';
import { copyRun, makeScratchFolder, runTrials, type Attack } from './attack.ts';
import { readLastingResult } from '../shared/lastingResult.ts';

const FILES = [
  'config.json',
  'nodes.jsonl',
  'calls.jsonl',
  'events.jsonl',
  'result.json',
  'output.json',
  'prompt.txt',
  'examples.json',
  'report.html',
  'checkpoints.sqlite',
  'digests.json',
  'proof.jsonl',
  'data.json',
  'lock.json',
];
const RESULT_FILES = ['prompt.txt', 'output.json', 'examples.json'];

/** One byte changed, a stretch of zeros, a lost end, a lost stretch, an added byte, nothing left. */
const DAMAGES: readonly ((bytes: Buffer, at: number, pick: (n: number) => number) => Buffer)[] = [
  (bytes, at, pick) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ (1 + pick(255))]), bytes.subarray(at + 1)]),
  (bytes, at) => Buffer.from(bytes).fill(0, at, Math.min(at + 16, bytes.length)),
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 5)]),
  (bytes, at, pick) => Buffer.concat([bytes.subarray(0, at), Buffer.from([pick(256)]), bytes.subarray(at)]),
  () => Buffer.alloc(0),
];

/** What is read from a run, each as a text. */
const READERS: Readonly<Record<string, (run: string) => unknown>> = {
  'export --to text': (run) => exportRun({ run, to: 'text' }, {}),
  'export --to messages': (run) => exportRun({ run, to: 'messages' }, {}),
  'export --to reference': (run) => exportRun({ run, to: 'reference' }, {}),
  'serve and answer': (run) => loadServedRun(run),
  report: (run) => ({ ...readRunView(run), title: '' }),
};

/** Files of a finished run, and of a killed one, are damaged. What is read then is as before or refused, and the same command ends as before. */
export const damageFiles: Attack = async (trials, pick) => {
  const set = ['search.depth=5', 'queries.limit=12', 'concurrency=4'];
  const config = loadConfig({ roles: { optimizer: 'simulated' }, set });
  const [finished, killed] = [join(makeScratchFolder(), 'run'), join(makeScratchFolder(), 'run')];
  await optimize({
    config,
    folder: finished,
    onEvent: (event) => event.type === 'levelRanked' && event.level === 2 && copyRun(finished, killed),
  });
  const wanted: Record<string, string> = {};
  for (const [name, read] of Object.entries(READERS)) wanted[name] = JSON.stringify(await read(finished));
  return runTrials(trials, async (trial) => {
    const isKilled = trial % 3 === 2;
    const run = copyRun(isKilled ? killed : finished, join(makeScratchFolder(), 'run'));
    const name =
      FILES.filter((file) => existsSync(join(run, file)))[pick(isKilled ? 5 : FILES.length)] ?? 'calls.jsonl';
    const file = join(run, name);
    const bytes = readFileSync(file);
    const damaged = DAMAGES[pick(DAMAGES.length)]?.(bytes, pick(bytes.length), pick) ?? bytes;
    writeFileSync(file, damaged);
    const readers = isKilled ? undefined : await findWrongReader(run, wanted);
    const failure = readers ?? (await findWrongContinuation(config, run, finished));
    rmSync(run, { recursive: true });
    return failure && `${name} ${isKilled ? 'of a killed run' : ''}: ${failure}`;
  });
};

async function findWrongReader(run: string, wanted: Readonly<Record<string, string>>): Promise<string | undefined> {
  for (const [name, read] of Object.entries(READERS))
    try {
      if (JSON.stringify(await read(run)) !== wanted[name]) return `${name} used damaged data`;
    } catch (error) {
      if (!(error instanceof UserError)) return `${name} threw ${String(error)}`;
    }
  return undefined;
}

/** The same command may have to be given twice, if a database was found damaged in the midst of it. */
async function findWrongContinuation(config: Config, run: string, finished: string): Promise<string | undefined> {
  const search = () => optimize({ config, folder: run });
  try {
    await search().catch((error: unknown) =>
      String(error).includes('checkpoints') ? search() : Promise.reject(error),
    );
  } catch (error) {
    return `the same command threw ${String(error)}`;
  }
  if (readLastingResult(run) !== readLastingResult(finished)) return 'the same command ends with another result';
  const wrong = RESULT_FILES.find((name) => !readFileSync(join(run, name)).equals(readFileSync(join(finished, name))));
  return wrong && `the same command leaves another ${wrong}`;
}
