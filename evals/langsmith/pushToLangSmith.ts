import {
  AIMessagePromptTemplate,
  ChatPromptTemplate,
  HumanMessagePromptTemplate,
  SystemMessagePromptTemplate,
} from '@langchain/core/prompts';
import { Client } from 'langsmith';
import type { Turn } from '../../state/example.ts';
import { SAFE_CLIENT_OPTIONS } from '../../run/tracing/clientOptions.ts';
import type { Query } from '../../state/example.ts';
import { addSecrets, redactSecrets } from '../../models/secrets.ts';
import { UserError } from '../../run/config/userError.ts';
import { ensureDataset } from './ensureDataset.ts';
import { getErrorMessage } from '../../state/failure.ts';

const TEMPLATE_BY_ROLE = {
  system: SystemMessagePromptTemplate,
  user: HumanMessagePromptTemplate,
  assistant: AIMessagePromptTemplate,
};

/** Makes a prompt for LangSmith's hub: the turns, with their braces doubled, then the variable `query`. */
function toPromptTemplate(turns: readonly Turn[]): ChatPromptTemplate<{ query: string }> {
  const toTemplate = ({ role, content }: Turn) =>
    TEMPLATE_BY_ROLE[role].fromTemplate(content.replaceAll(/[{}]/g, '$&$&'));
  return ChatPromptTemplate.fromMessages<{ query: string }>([
    ...turns.map(toTemplate),
    HumanMessagePromptTemplate.fromTemplate('{query}'),
  ]);
}

/** A failure of LangSmith or of the network, in one line. */
class HubError extends Error {
  override name = 'CallFailedError';
}

type Env = Readonly<Record<string, string | undefined>>;

/** Pushes a prompt to LangSmith's hub and returns its address. @throws UserError without a key, CallFailedError if LangSmith refuses */
export const pushToHub = (name: string, turns: readonly Turn[], description: string, env: Env): Promise<string> =>
  withLangSmith('hub', `the prompt ${name}`, env, (client) =>
    client.pushPrompt(name, { object: toPromptTemplate(turns), description }),
  );

/** Adds queries to a data set, with a split for each file, and returns its name and id. @throws UserError without a key, CallFailedError if LangSmith refuses */
export const pushQueries = (name: string, queries: readonly Query[], env: Env): Promise<string> =>
  withLangSmith('dataset', `the data set ${name}`, env, async (client) => {
    const items = queries.map(({ text, source }, id) => ({ id, instruction: text, dataset: source, tags: [] }));
    const dataSet = await ensureDataset(client, name, items);
    return `${dataSet.name} ${dataSet.id}`;
  });

async function withLangSmith<T>(
  destination: string,
  object: string,
  env: Env,
  send: (client: Client) => Promise<T>,
): Promise<T> {
  const apiKey = env['LANGSMITH_API_KEY'] || env['LANGCHAIN_API_KEY'];
  if (!apiKey)
    throw new UserError(
      `--to ${destination}: expected a key in the environment variable LANGSMITH_API_KEY, which is not set; set it`,
    );
  addSecrets([apiKey]);
  const apiUrl = env['LANGSMITH_ENDPOINT'] || env['LANGCHAIN_ENDPOINT'];
  const client = new Client({
    ...SAFE_CLIENT_OPTIONS,
    apiKey,
    ...(apiUrl && { apiUrl }),
    callerOptions: { maxRetries: 1 },
  });
  try {
    return await send(client);
  } catch (error) {
    const [line = ''] = getErrorMessage(error).split('\n');
    throw new HubError(`LangSmith refused ${object}: ${redactSecrets(line)}`, { cause: error });
  }
}
