import type { Client } from 'langsmith';
import type { Instruction } from '../justEval/instructions.ts';
import { toDifficultyName } from '../justEval/views.ts';
import { hashText } from '../../run/describeModel.ts';
import { isHidingInputs } from '../../run/tracing/isHiding.ts';
import { deriveId } from '../../run/tracing/deriveId.ts';

/** An instruction, or a training query, which has no mode. */
type DatasetItem = Omit<Instruction, 'mode'> & Partial<Pick<Instruction, 'mode'>>;

/** A data set of LangSmith, with the example's id for each instruction's or query's id. */
export interface LangSmithDataset {
  id: string;
  name: string;
  examples: ReadonlyMap<string, string>;
}

/** Examples in one request. */
const EXAMPLES_PER_REQUEST = 100;

/**
 * Uploads the instructions that LangSmith's data set of this name lacks. Examples are recognized by their content, so existing
 * ones keep their ids. If inputs are hidden, a separate data set without texts is used.
 */
export async function ensureDataset(
  client: Client,
  name: string,
  instructions: readonly DatasetItem[],
): Promise<LangSmithDataset> {
  const fullName = isHidingInputs() ? `${name} (texts hidden)` : name;
  const { id } = await findOrCreateDataset(client, fullName);
  const existing = await fetchExampleIds(client, id);
  const missing = instructions.filter((instruction) => !existing.has(hashItem(instruction)));
  for (let from = 0; from < missing.length; from += EXAMPLES_PER_REQUEST)
    await client.uploadExamplesMultipart(
      id,
      missing.slice(from, from + EXAMPLES_PER_REQUEST).map((instruction) => toDatasetExample(id, instruction)),
    );
  const ids = instructions.map(
    (item) => [String(item.id), existing.get(hashItem(item)) ?? makeExampleId(id, item)] as const,
  );
  return { id, name: fullName, examples: new Map(ids) };
}

async function findOrCreateDataset(client: Client, name: string): Promise<{ id: string }> {
  for await (const dataset of client.listDatasets({ datasetName: name })) return dataset;
  try {
    return await client.createDataset(name, { description: 'Instructions or queries of DRPO', dataType: 'kv' });
  } catch (error) {
    // another evaluation may have created it in the meantime
    for await (const dataset of client.listDatasets({ datasetName: name })) return dataset;
    throw error;
  }
}

async function fetchExampleIds(client: Client, datasetId: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for await (const { id, metadata } of client.listExamples({ datasetId }))
    if (typeof metadata?.['key'] === 'string') ids.set(metadata['key'], id);
  return ids;
}

/** The key of an example; another text makes another example. */
const hashItem = ({ id, mode, instruction }: DatasetItem): string => hashText(JSON.stringify([id, mode, instruction]));

/** The same id for every uploader, so that two uploads at the same time make one example. */
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
