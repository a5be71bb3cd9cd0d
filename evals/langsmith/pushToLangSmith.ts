import {
  AIMessagePromptTemplate,
  ChatPromptTemplate,
  HumanMessagePromptTemplate,
  SystemMessagePromptTemplate,
} from '@langchain/core/prompts';
import type { Turn } from '../../state/example.ts';
import type { Query } from '../../state/example.ts';
import { ensureDataset } from './ensureDataset.ts';
import { withLangSmith, type Env } from './withLangSmith.ts';

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

/** Pushes a prompt to LangSmith's hub and returns its address. @throws UserError without a key, CallFailedError if LangSmith refuses */
export const pushToHub = (name: string, turns: readonly Turn[], description: string, env: Env): Promise<string> =>
  withLangSmith('--to hub', `the prompt ${name}`, env, (client) =>
    client.pushPrompt(name, { object: toPromptTemplate(turns), description }),
  );

/** Adds queries to a data set, with a split for each file, and returns its name and id. @throws UserError without a key, CallFailedError if LangSmith refuses */
export const pushQueries = (name: string, queries: readonly Query[], env: Env): Promise<string> =>
  withLangSmith('--to dataset', `the data set ${name}`, env, async (client) => {
    const items = queries.map(({ text, source }, id) => ({ id, instruction: text, dataset: source, tags: [] }));
    const dataSet = await ensureDataset(client, name, items);
    return `${dataSet.name} ${dataSet.id}`;
  });
