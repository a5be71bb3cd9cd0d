import type { RunnableConfig } from '@langchain/core/runnables';
import { join } from 'node:path';
import { StoreError } from '../models/errors.ts';
import { createMemoryStore } from '../models/index.ts';
import { splitThoughts } from '../prompts/thoughts.ts';
import type { Example, Query } from '../state/example.ts';
import { checkRunParts } from './checkRunParts.ts';
import type { Config } from './config/loadConfig.ts';
import { UserError } from './config/userError.ts';
import type { OptimizeEventHandler } from './events.ts';
import { openFinishedRun, readAdjustments, readRunExamples, resolveBaseModel } from './loadArtifact.ts';
import { resolveModelNames } from './resolveModelNames.ts';
import { RunFolder } from './runFolder.ts';
import { openSession, type Session } from './session.ts';
import { traceRun } from './tracing/traceRun.ts';

/** A query with its response; without one, `missing` says why. `isCutOff`: the model's token limit ended it. */
export interface AnsweredQuery {
  query: string;
  response: string;
  missing?: string;
  isCutOff?: true;
}

/**
 * Answers queries with a run's prompt and retrieved examples, in the layout in which the prompt was judged.
 * `base` (MODEL[@BASEURL] or "simulated") replaces the run's base model. `onEvent` hears of
 * parameters that an endpoint refuses. @throws UserError
 */
export async function answerQueries(
  run: string,
  queries: readonly (string | AskedQuery)[],
  base?: string,
  onEvent?: OptimizeEventHandler,
): Promise<AnsweredQuery[]> {
  const { folder, config, prompt } = openFinishedRun(run);
  const models = { ...config.models, base: resolveBaseModel(config, { base }) };
  const session = await openAnswerSession(await resolveModelNames({ ...config, models }), folder, onEvent);
  try {
    const tracing = await traceRun({ ...session, folder });
    const answers = await answerAll(
      session,
      prompt,
      readRunExamples(folder),
      queries.map(toAskedQuery),
      tracing.config,
    );
    await tracing.flush();
    return answers;
  } finally {
    await session.close();
  }
}

/** A query, and the conversation that it ends. */
export type AskedQuery = Pick<Query, 'text' | 'context'>;

const toAskedQuery = (query: string | AskedQuery): AskedQuery => (typeof query === 'string' ? { text: query } : query);

/** Keeps the answers in a folder of the run's. If it is in use or cannot be written, they are kept in memory alone. */
async function openAnswerSession(config: Config, run: RunFolder, onEvent?: OptimizeEventHandler): Promise<Session> {
  await checkRunParts(config);
  const path = run.file('answers');
  const adjustments = readAdjustments(run);
  try {
    const folder = RunFolder.openWithoutConfig(path);
    return await openSession(config, () => folder, { onEvent, adjustments });
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof UserError)) throw error;
    const store = createMemoryStore(join(path, 'calls.jsonl'));
    return openSession(config, () => run, { onEvent, adjustments, store });
  }
}

async function answerAll(
  { nodes }: Session,
  prompt: string,
  examples: readonly Example[],
  queries: readonly AskedQuery[],
  tracing: RunnableConfig,
): Promise<AnsweredQuery[]> {
  const texts = queries.map(({ text }) => text);
  const { exampleIndices } = await nodes.retrieveExamples({ queries: texts, examples }, tracing);
  return Promise.all(
    queries.map(async ({ text: query, context }, i) => {
      const nearest = (exampleIndices[i] ?? []).flatMap((j) => examples[j] ?? []);
      const { response, missing, isCutOff } = await nodes.respond(
        { prompt, query, examples: nearest, ...(context && { context }) },
        tracing,
      );
      // the preset "reference" judges thoughts as the authors' code does, but nobody wants to read them
      const { answer } = splitThoughts(response);
      return { query, response: answer, ...(missing !== undefined && { missing }), ...(isCutOff && { isCutOff }) };
    }),
  );
}
