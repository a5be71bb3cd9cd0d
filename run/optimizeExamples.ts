import { z } from 'zod';
import { rewriteExamples } from '../graphs/index.ts';
import { Example } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { asObject, statusOf, type CommandOptions, type Ending } from './commandResult.ts';
import type { Result } from './result.ts';
import { readData } from './config/readData.ts';
import { graphOptions, openSession, runFolder } from './session.ts';
import { stopOnSignal, stoppedBy } from './stopRun.ts';
import { traceRun } from './tracing/traceRun.ts';

/** What is left of stage 1 when it has ended. */
const Finished = z.object({ examples: z.array(Example), rewritten: z.array(z.unknown()).min(1) });

/** What stage 1 alone brings. */
export interface IclOutcome {
  examples: Record<string, string>;
  calls: Record<string, number>;
  tokens: Result['tokens'];
  usd: number;
}

/** `icl`: stage 1 alone. The rewritten examples go into the run's folder. */
export async function icl(config: Config, options: CommandOptions): Promise<Ending<IclOutcome>> {
  const { examples } = await readData(config);
  const session = await openSession(config, runFolder(config, options));
  const { folder, gateway } = session;
  const release = stopOnSignal(session.gateway);
  const tracing = await traceRun(session);
  const outcome = (done: readonly Example[]): IclOutcome => {
    const { calls, tokens, usd } = gateway.tally();
    folder.write('examples.json', asObject(done));
    return { examples: asObject(done), calls, tokens, usd };
  };
  try {
    const { saver, thread } = await session.checkpoints();
    const graph = rewriteExamples(session.nodes, { ...graphOptions(config), checkpointer: saver });
    const { next, values } = await graph.getState(thread);
    const finished = next.length === 0 ? Finished.safeParse(values).data : undefined;
    const done = finished ?? (await graph.invoke(next.length ? null : { examples }, { ...thread, ...tracing.config }));
    session.checkReplies(true);
    return { status: 0, outcome: outcome(done.examples), folder: folder.path };
  } catch (error) {
    const reason = stoppedBy(error);
    if (reason === null) {
      await session.leave(error);
      throw error;
    }
    await gateway.drain();
    return { status: statusOf(reason), outcome: outcome(examples), folder: folder.path };
  } finally {
    for (const line of await tracing.flush()) options.screen?.write(`${line}\n`);
    release();
    await session.close();
  }
}
