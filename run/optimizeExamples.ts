import { z } from 'zod';
import { rewriteExamples } from '../graphs/index.ts';
import { Example, toExamplesObject } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { toExitCode, type CommandOptions, type CommandResult } from './commandResult.ts';
import type { OptimizeResult } from './result.ts';
import { readRunData } from './config/readData.ts';
import { resolveModelNames } from './resolveModelNames.ts';
import { openRunFolder } from './openRunFolder.ts';
import { Progress } from './progress.ts';
import { openSession } from './session.ts';
import { stopOnSignal, classifyStop } from './stopRun.ts';
import { traceRun } from './tracing/traceRun.ts';

/** What is left of stage 1 when it has ended. */
const Stage1Result = z.object({ examples: z.array(Example), rewritten: z.array(z.unknown()).min(1) });

/** What stage 1 alone brings. */
export interface IclOutcome {
  examples: Record<string, string>;
  calls: Record<string, number>;
  tokens: OptimizeResult['tokens'];
  usd: number;
}

/** `icl`: stage 1 alone. The rewritten examples go into the run's folder. */
export async function optimizeExamples(given: Config, options: CommandOptions): Promise<CommandResult<IclOutcome>> {
  const config = await resolveModelNames(given, options.fresh ? undefined : options.out);
  const { examples } = await readRunData(config);
  const { handle: onEvent } = new Progress(options.screen);
  const session = await openSession(config, () => openRunFolder(config, options), { onEvent });
  const { folder, gateway } = session;
  const release = stopOnSignal(session.gateway);
  const tracing = await traceRun(session);
  const outcome = (done: readonly Example[]): IclOutcome => {
    const { calls, tokens, usd } = gateway.getUsageTotals();
    folder.write('examples.json', toExamplesObject(done));
    return { examples: toExamplesObject(done), calls, tokens, usd };
  };
  try {
    const { saver, thread } = await session.checkpoints();
    const graph = rewriteExamples(session.nodes, { ...session.options, checkpointer: saver });
    const { next, values } = await graph.getState(thread);
    const finished = next.length === 0 ? Stage1Result.safeParse(values).data : undefined;
    const done = finished ?? (await graph.invoke(next.length ? null : { examples }, { ...thread, ...tracing.config }));
    session.checkReplies(true);
    return { exitCode: 0, outcome: outcome(done.examples), folder: folder.path };
  } catch (error) {
    const reason = classifyStop(error);
    if (reason === null) {
      await session.recordFailure(error);
      throw error;
    }
    await gateway.drain();
    return { exitCode: toExitCode(reason), outcome: outcome(examples), folder: folder.path };
  } finally {
    for (const line of await tracing.flush()) options.screen?.write(`${line}\n`);
    release();
    await session.close();
  }
}
