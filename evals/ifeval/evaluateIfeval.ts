import { resolve } from 'node:path';
import { z } from 'zod';
import { toExitCode, type CommandOptions, type CommandResult } from '../../run/commandResult.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { readAllQueries } from '../../run/config/readQueries.ts';
import { readRows } from '../../run/config/readRows.ts';
import { UserError } from '../../run/config/userError.ts';
import { describeModel, formatModelName, hashText, type ModelDescription } from '../../run/describeModel.ts';
import { Progress } from '../../run/progress.ts';
import { requireBatches, type BatchChoice } from '../../run/requireBatches.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { runInSession } from '../../run/runInSession.ts';
import type { Query } from '../../state/example.ts';
import { openResultFolder } from '../experiments/openResultFolder.ts';
import { ProgressMeter } from '../experiments/progressMeter.ts';
import { resolveMethod, type MethodChoice, type MethodDescription } from '../experiments/resolveMethod.ts';
import { sampleEvenly } from '../justEval/instructions.ts';
import { compareIfeval, summarizeIfeval, type IfevalRecord, type IfevalSummary } from './summarizeIfeval.ts';
import { verifyAnswer } from './verifyAnswer.ts';

/** Who answers which prompts of IFEval, and with which other evaluation they are compared. */
export interface IfevalOptions extends CommandOptions, MethodChoice {
  /** A file in IFEval's format. */
  instructions: string;
  /** Prompts to use at most, spread evenly over the file. */
  limit?: number | undefined;
  /** The folder of another evaluation on the same prompts. */
  against?: string | undefined;
  /** Which roles' requests go in batches. */
  batch?: BatchChoice;
}

/** The result of an evaluation on IFEval, as `result.json` in its folder. */
export interface IfevalReport extends IfevalSummary {
  title: string;
  method: MethodDescription;
  model: ModelDescription;
  lastMissing: string | null;
  stoppedBy: 'budget' | 'interrupted' | null;
  against?: { folder: string } & ReturnType<typeof compareIfeval>;
  folder: string;
}

/** Whether a file is in IFEval's format: its first item lists kinds of instructions. @throws UserError if it cannot be read */
export async function isIfevalFile(file: string): Promise<boolean> {
  for await (const { value } of readRows(file, { key: '--instructions' }))
    return Object.hasOwn(Object(value), 'instruction_id_list');
  return false;
}

/**
 * Has the config's base model answer prompts of IFEval with a method, and verifies each answer. No judge is asked.
 * @throws UserError if an option, a file or the folder cannot be used
 */
export async function evaluateIfeval(given: Config, options: IfevalOptions): Promise<CommandResult<IfevalReport>> {
  const config = await resolveModelNames(given, options.fresh ? undefined : options.out);
  const queries = sampleEvenly(await readAllQueries('--instructions', options.instructions), options.limit);
  const others = options.against === undefined ? undefined : readRecords(options.against);
  const { handle: onEvent } = new Progress(options.screen);
  const batched = await requireBatches([config], options.batch, ['base'], options.screen);
  const session = await openSession(config, () => openFolder(config, queries, options), { onEvent, batched });
  return runInSession(session, async () => {
    const { prepare, description } = resolveMethod(session, options);
    const { records, stopped } = await answerPrompts(session, prepare, queries, options);
    const model = describeModel(config.models.base);
    const outcome: IfevalReport = {
      title: `IFEval: ${formatModelName(model)} with ${description.name}, ${records.length} of ${queries.length} prompts${model.provider === 'simulated' ? ' (a simulation: no real model’s result)' : ''}`,
      ...summarizeIfeval(records),
      method: description,
      model,
      lastMissing: records.findLast(({ missing }) => missing !== undefined)?.missing ?? null,
      stoppedBy: stopped,
      ...(others && { against: { folder: options.against ?? '', ...compareIfeval(records, others) } }),
      folder: session.folder.path,
    };
    session.folder.write('records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    session.folder.write('result.json', outcome);
    return { exitCode: stopped === null ? 0 : toExitCode(stopped), outcome, folder: session.folder.path };
  });
}

const openFolder = (
  config: Config,
  queries: readonly Query[],
  { method, run, urial, ...options }: IfevalOptions,
): RunFolder =>
  openResultFolder(config, options, {
    kind: 'evaluation',
    prefix: 'ifeval',
    subject: {
      method,
      run: run === undefined ? null : resolve(run),
      urial: urial ?? null,
      instructions: hashText(JSON.stringify(queries.map(({ text, checks }) => [text, checks]))),
    },
  });

/** Has the prompts answered and the answers verified; a spent budget or Ctrl-C ends it early with what there is. */
async function answerPrompts(
  { gateway, config }: Session,
  prepare: ReturnType<typeof resolveMethod>['prepare'],
  queries: readonly Query[],
  { screen }: IfevalOptions,
): Promise<{ records: IfevalRecord[]; stopped: IfevalReport['stoppedBy'] }> {
  const meter = new ProgressMeter(screen, 'IFEval', queries.length, () => gateway.getUsageTotals());
  const records: IfevalRecord[] = [];
  const finish = (stopped: IfevalReport['stoppedBy']): { records: IfevalRecord[]; stopped: typeof stopped } => ({
    records: records.filter(Boolean),
    stopped,
  });
  try {
    const answer = await prepare(queries.map(({ text }) => text));
    const queue = queries.entries();
    const work = async (): Promise<void> => {
      for (const [i, { text, checks = [], metadata }] of queue) {
        const { response, missing } = await answer(text, i);
        const key = metadata?.['key'];
        records[i] = {
          id: typeof key === 'number' || typeof key === 'string' ? key : i + 1,
          prompt: text,
          response,
          instructions: await verifyAnswer(response, checks),
          ...(missing !== undefined && { missing }),
        };
        meter.step(missing !== undefined);
      }
    };
    await Promise.all(Array.from({ length: Math.min(config.concurrency, queries.length) }, work));
    return finish(null);
  } catch (error) {
    const stopped = classifyStop(error);
    if (stopped === null) throw error;
    await gateway.drain();
    return finish(stopped);
  }
}

const StoredRecord: z.ZodType<IfevalRecord> = z.object({
  id: z.union([z.string(), z.number()]),
  prompt: z.string(),
  response: z.string(),
  instructions: z.array(
    z.custom<IfevalRecord['instructions'][number]>((one) => typeof Object(one).strict === 'boolean'),
  ),
  missing: z.string().optional(),
});

/** Reads the records of another evaluation on IFEval. @throws UserError */
function readRecords(path: string): IfevalRecord[] {
  const lines = RunFolder.openExisting(path).readText('records.jsonl')?.split('\n').filter(Boolean) ?? [];
  const parsed = z.array(StoredRecord).safeParse(lines.map((line) => JSON.parse(line) as unknown));
  if (parsed.success && lines.length > 0) return parsed.data;
  throw new UserError(`--against: expected the folder of an evaluation on IFEval (records.jsonl), got ${path}`);
}
