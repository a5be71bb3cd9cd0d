import type { Client } from 'langsmith';
import type { Instruction } from '../justEval/instructions.ts';
import { toDifficultyName } from '../justEval/views.ts';
import { hashText } from '../../run/describeModel.ts';
import { isHidingInputs } from '../../run/tracing/hiddenTexts.ts';
import { deriveId } from '../../run/tracing/derivedIds.ts';

/** An instruction, or a training query, which has no mode. */
type DatasetItem = Omit<Instruction, 'mode'> & Partial<Pick<Instruction, 'mode'>>;

/** A data set of LangSmith, and which of its examples is which instruction (or query), by id. */
export interface LangSmithDataset {
  id: string;
  name: string;
  examples: ReadonlyMap<string, string>;
}

/** Examples sent in one request. */
const EXAMPLES_PER_REQUEST = 100;

/**
 * The data set of this name with these instructions in it: found by its name and each example by its content, so that what is
 * there keeps its id; only what is not there yet is uploaded. Where inputs are hidden it is a data set of its own, without texts.
 */
export async function ensureDataset(
  client: Client,
  name: string,
  instructions: readonly DatasetItem[],
): Promise<LangSmithDataset> {
  const named = isHidingInputs() ? `${name} (texts hidden)` : name;
  const { id } = await findOrCreateDataset(client, named);
  const there = await fetchExampleIds(client, id);
  const missing = instructions.filter((instruction) => !there.has(hashItem(instruction)));
  for (let from = 0; from < missing.length; from += EXAMPLES_PER_REQUEST)
    await client.uploadExamplesMultipart(
      id,
      missing.slice(from, from + EXAMPLES_PER_REQUEST).map((instruction) => toDatasetExample(id, instruction)),
    );
  const ids = instructions.map((i) => [String(i.id), there.get(hashItem(i)) ?? makeExampleId(id, i)] as const);
  return { id, name: named, examples: new Map(ids) };
}

async function findOrCreateDataset(client: Client, name: string): Promise<{ id: string }> {
  for await (const found of client.listDatasets({ datasetName: name })) return found;
  try {
    return await client.createDataset(name, { description: 'Instructions or queries of DRPO', dataType: 'kv' });
  } catch (error) {
    // another evaluation has made it meanwhile
    for await (const found of client.listDatasets({ datasetName: name })) return found;
    throw error;
  }
}

async function fetchExampleIds(client: Client, datasetId: string): Promise<Map<string, string>> {
  const there = new Map<string, string>();
  for await (const { id, metadata } of client.listExamples({ datasetId }))
    if (typeof metadata?.['key'] === 'string') there.set(metadata['key'], id);
  return there;
}

/** What an example is known by: where a text changes, it is another one. */
const hashItem = ({ id, mode, instruction }: DatasetItem): string => hashText(JSON.stringify([id, mode, instruction]));

/** The same for whoever uploads it, so that two uploads at a time make one example. */
const makeExampleId = (dataSet: string, instruction: DatasetItem): string => deriveId(dataSet, hashItem(instruction));

const toDatasetExample = (dataSet: string, instruction: DatasetItem) => {
  const { id, mode, instruction: query, dataset, source_id, tags } = instruction;
  const difficulty = tags.flatMap((tag) => toDifficultyName(tag) ?? [])[0];
  return {
    id: makeExampleId(dataSet, instruction),
    inputs: isHidingInputs() ? {} : { query },
    split: [mode ?? 'training', ...(dataset === undefined ? [] : [dataset])],
    metadata: {
      key: hashItem(instruction),
      id,
      ...(mode !== undefined && { category: mode }),
      tags: [...tags],
      ...(dataset !== undefined && { dataset }),
      ...(source_id !== undefined && { source_id }),
      ...(difficulty !== undefined && { difficulty }),
    },
  };
};
