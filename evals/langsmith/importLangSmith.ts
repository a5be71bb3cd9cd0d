import type { Example } from 'langsmith';
import { parseQuery } from '../../run/config/parseQuery.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import type { ImportedQuery, ImportedTask } from '../../run/init/promptfoo/importPromptfoo.ts';
import { withLangSmith, type Env } from './withLangSmith.ts';

/** Reads a data set of LangSmith. Nothing but its name and the key is sent. @throws UserError if there is none, or if no example of it holds a query */
export async function importLangSmith(name: string, env: Env): Promise<ImportedTask> {
  const examples = await withLangSmith('--from langsmith', `the data set ${name}`, env, async (client) => {
    for await (const { id } of client.listDatasets({ datasetName: name })) {
      const all: Example[] = [];
      for await (const example of client.listExamples({ datasetId: id })) all.push(example);
      return all;
    }
    return undefined;
  });
  if (!examples)
    throw new UserError(
      `--from: expected a data set of LangSmith, got ${formatValue(name)}, which is not there; check its name`,
    );
  const unmapped: string[] = [];
  const queries = examples.flatMap((example, i) => {
    const place = `example ${i + 1}`;
    try {
      return [readExample(example, place)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unmapped.push(`${place} (left out): ${error.message.replace(`${place}: `, '')}`);
      return [];
    }
  });
  if (queries.length === 0)
    throw new UserError([
      `--from: expected at least one example with a query in ${formatValue(name)}, got none`,
      ...unmapped.slice(0, 5),
    ]);
  return { source: `the data set ${name} of LangSmith`, queries, modules: {}, unmapped };
}

/** Names of the field that holds an answer, where parseQuery's own names are none. */
const ANSWER_NAMES = ['output', 'response', 'result', 'label', 'ground_truth', 'text', 'content'];

function readExample({ inputs, outputs, metadata, ...example }: Example, place: string): ImportedQuery {
  const { text, context = [], expected: said, metadata: rest = {} } = parseQuery(findQuery(inputs), place);
  const { dataset_split: listed, ...own } = metadata ?? {};
  const splits = [listed ?? Reflect.get(example, 'split') ?? []].flat().map(String);
  const expected = findAnswer(outputs) ?? said;
  const split = splits.map(toSplit).find((one) => one !== undefined);
  const others = splits.filter((one) => one !== 'base' && toSplit(one) === undefined);
  return {
    turns: [...context, { role: 'user', content: text }],
    ...(expected !== undefined && { expected }),
    checks: [],
    criteria: [],
    ...(split !== undefined && { split }),
    metadata: { ...rest, ...own, ...(others.length > 0 && { splits: others }) },
  };
}

/** Inputs as a query of a file: a field that only one can be is the query, whatever its name. */
function findQuery(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isKnown = Object.keys(inputs).some((name) =>
    /^(query|question|instruction|prompt|input|messages)$/i.test(name),
  );
  const texts = Object.entries(inputs).filter(([, value]) => typeof value === 'string');
  const [only] = texts;
  if (isKnown || texts.length !== 1 || only === undefined) return inputs;
  const { [only[0]]: query, ...others } = inputs;
  return { query, ...(Object.keys(others).length > 0 && { metadata: others }) };
}

/** The answer of an example: a field that says so, the last message, the only field, or all of it as JSON. */
function findAnswer(outputs: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const fields = Object.entries(outputs ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (fields.length === 0) return undefined;
  const named =
    fields.find(([name]) => /^(expected|reference|answer)$/i.test(name)) ??
    fields.find(([name]) => ANSWER_NAMES.includes(name.toLowerCase()));
  const value = named?.[1] ?? (fields.length === 1 ? fields[0]?.[1] : outputs);
  if (typeof value === 'string') return value;
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
  const content: unknown = Reflect.get(Object(last), 'content');
  return typeof content === 'string' ? content : JSON.stringify(value);
}

function toSplit(name: string): 'train' | 'held-out' | undefined {
  if (/^train(ing)?$/i.test(name)) return 'train';
  return /^(test|validation|valid|dev|eval|held[- ]?out)$/i.test(name) ? 'held-out' : undefined;
}
