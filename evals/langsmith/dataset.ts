import type { Client } from 'langsmith';
import type { Instruction } from '../justEval/instructions.ts';
import { difficultyOf } from '../justEval/views.ts';
import { hashOf } from '../../run/describeModel.ts';
import { inputsHidden } from '../../run/tracing/hiddenTexts.ts';
import { idFrom } from '../../run/tracing/derivedIds.ts';

/** An instruction, or a training query, which has no mode. */
type Item = Omit<Instruction, 'mode'> & Partial<Pick<Instruction, 'mode'>>;

/** A data set of LangSmith, and which of its examples is which instruction (or query), by id. */
export interface DataSet {
  id: string;
  name: string;
  examples: ReadonlyMap<string, string>;
}

/** Examples sent in one request. */
const AT_ONCE = 100;

/**
 * The data set of this name with these instructions in it: found by its name and each example by its content, so that what is
 * there keeps its id; only what is not there yet is uploaded. Where inputs are hidden it is a data set of its own, without texts.
 */
export async function dataSetOf(client: Client, name: string, instructions: readonly Item[]): Promise<DataSet> {
  const named = inputsHidden() ? `${name} (texts hidden)` : name;
  const { id } = await foundOrMade(client, named);
  const there = await examplesIn(client, id);
  const missing = instructions.filter((instruction) => !there.has(keyOf(instruction)));
  for (let from = 0; from < missing.length; from += AT_ONCE)
    await client.uploadExamplesMultipart(
      id,
      missing.slice(from, from + AT_ONCE).map((instruction) => exampleOf(id, instruction)),
    );
  const ids = instructions.map((i) => [String(i.id), there.get(keyOf(i)) ?? exampleId(id, i)] as const);
  return { id, name: named, examples: new Map(ids) };
}

async function foundOrMade(client: Client, name: string): Promise<{ id: string }> {
  for await (const found of client.listDatasets({ datasetName: name })) return found;
  try {
    return await client.createDataset(name, { description: 'Instructions or queries of DRPO', dataType: 'kv' });
  } catch (error) {
    // another evaluation has made it meanwhile
    for await (const found of client.listDatasets({ datasetName: name })) return found;
    throw error;
  }
}

async function examplesIn(client: Client, datasetId: string): Promise<Map<string, string>> {
  const there = new Map<string, string>();
  for await (const { id, metadata } of client.listExamples({ datasetId }))
    if (typeof metadata?.['key'] === 'string') there.set(metadata['key'], id);
  return there;
}

/** What an example is known by: where a text changes, it is another one. */
const keyOf = ({ id, mode, instruction }: Item): string => hashOf(JSON.stringify([id, mode, instruction]));

/** The same for whoever uploads it, so that two uploads at a time make one example. */
const exampleId = (dataSet: string, instruction: Item): string => idFrom(dataSet, keyOf(instruction));

const exampleOf = (dataSet: string, instruction: Item) => {
  const { id, mode, instruction: query, dataset, source_id, tags } = instruction;
  const difficulty = tags.flatMap((tag) => difficultyOf(tag) ?? [])[0];
  return {
    id: exampleId(dataSet, instruction),
    inputs: inputsHidden() ? {} : { query },
    split: [mode ?? 'training', ...(dataset === undefined ? [] : [dataset])],
    metadata: {
      key: keyOf(instruction),
      id,
      ...(mode !== undefined && { category: mode }),
      tags: [...tags],
      ...(dataset !== undefined && { dataset }),
      ...(source_id !== undefined && { source_id }),
      ...(difficulty !== undefined && { difficulty }),
    },
  };
};
