import { z } from 'zod';
import type { Example } from '../state/example.ts';
import { Config, parseModel } from '../run/config/loadConfig.ts';
import { UserError } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
import { openSession, type Session } from '../run/session.ts';

export interface AnsweredQuery {
  query: string;
  response: string;
  /** Why there is no response. */
  missing?: string;
}

/** `answer`: queries answered with a run's prompt and retrieved examples, laid out as they were when it was judged. `base`: another model than the run's. */
export async function answerQueries(run: string, queries: readonly string[], base?: string): Promise<AnsweredQuery[]> {
  const folder = RunFolder.openExisting(run);
  const prompt = folder.readText('prompt.txt');
  if (prompt === undefined)
    throw new UserError(`--run: expected a run with a result (prompt.txt), got ${run}; let \`optimize\` end first`);
  const session = await openSession(readRunConfig(folder, base), RunFolder.openWithoutConfig(folder.file('answers')));
  try {
    return await answerAll(session, prompt, readExamplesFile(folder), queries);
  } finally {
    await session.close();
  }
}

function readRunConfig(folder: RunFolder, base: string | undefined): Config {
  const stored = StoredConfig.safeParse(folder.readJson('config.json')).data;
  const models = base === undefined ? stored?.models : { ...stored?.models, base: parseModel(base) };
  const parsed = Config.safeParse({ ...stored, models });
  if (!parsed.success)
    throw new UserError(`${folder.file('config.json')}: expected the config of a run, got something else`);
  return parsed.data;
}

const StoredConfig = z.looseObject({ models: z.looseObject({}) });

async function answerAll(
  { nodes }: Session,
  prompt: string,
  examples: readonly Example[],
  queries: readonly string[],
): Promise<AnsweredQuery[]> {
  const { exampleIndices } = await nodes.retrieveExamples({ queries, examples });
  return Promise.all(
    queries.map(async (query, i) => {
      const near = (exampleIndices[i] ?? []).flatMap((j) => examples[j] ?? []);
      return { query, ...(await nodes.respond({ prompt, query, examples: near })) };
    }),
  );
}

function readExamplesFile(folder: RunFolder): Example[] {
  const parsed = z.record(z.string(), z.string()).safeParse(folder.readJson('examples.json') ?? {});
  if (!parsed.success)
    throw new UserError(`${folder.file('examples.json')}: expected an object {query: answer}, got something else`);
  return Object.entries(parsed.data).map(([query, text]) => ({ query, answer: text }));
}
