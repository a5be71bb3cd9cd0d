// node scripts/calibration/exampleChoices.ts [seeds, 20]: what the search gains on the simulated models if each query gets its
// most similar examples, and if all get the same ones. It prints the true quality of the first prompt and of the best prompts, each
// with its examples. No real model's result.
import { drpo } from '../../graphs/index.ts';
import { computeTrueQuality, createSimulatedModel, POPULATION_QUERIES } from '../../models/simulated/index.ts';
import { paperNodes, type ExampleChoice } from '../../nodes/index.ts';
import { DEFAULT_EXAMPLE_COUNT } from '../../nodes/retrieveExamples.ts';
import { createRetriever } from '../../nodes/retrievers.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';

const seedCount = Number(process.argv[2] ?? 20);
const bases = ['terse', 'rambling'];
const choices = ['similar', 'fixed'] as const;
const data = await readData(loadConfig({ override: { 'models.optimizer': 'simulated' } }));

async function chooseExamples(choose: ExampleChoice) {
  const { examples } = data;
  const ranked = await createRetriever(choose).rank(POPULATION_QUERIES, examples, DEFAULT_EXAMPLE_COUNT);
  return ranked.map((indices) => indices.flatMap((at) => examples[at] ?? []));
}
const chosenByChoice = { similar: await chooseExamples('similar'), fixed: await chooseExamples('fixed') };

/** The true quality, 1 to 5, of a prompt that is used with the examples of a choice. */
const computeQuality = (prompt: string, base: string, choose: ExampleChoice): number =>
  computeMean(
    POPULATION_QUERIES.map((query, i) =>
      computeTrueQuality(prompt, { base, examples: chosenByChoice[choose][i] ?? [], queries: [query] }),
    ),
  ) ?? NaN;

async function findBestPrompt(base: string, choose: ExampleChoice, seed: number): Promise<string> {
  const role = (name: 'base' | 'reward' | 'judge' | 'optimizer') =>
    createSimulatedModel(name, { seed, ...(name === 'base' && { model: base }) });
  const models = { base: role('base'), reward: role('reward'), judge: role('judge'), optimizer: role('optimizer') };
  return (await drpo(paperNodes(models, { seed, choose })).invoke(data)).bestPrompt;
}

for (const base of bases) {
  const best: Record<ExampleChoice, number[]> = { similar: [], fixed: [] };
  for (let seed = 1; seed <= seedCount; seed++)
    for (const choose of choices)
      best[choose].push(computeQuality(await findBestPrompt(base, choose, seed), base, choose));
  for (const choose of choices) {
    const first = computeQuality('You are a helpful assistant.', base, choose);
    console.log(`${base}, ${choose}: first ${first.toFixed(2)}, best ${(computeMean(best[choose]) ?? NaN).toFixed(2)}`);
  }
  const interval = computePairedInterval(best.similar.map((similar, i) => (best.fixed[i] ?? NaN) - similar));
  const range = interval ? `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}` : 'no interval';
  console.log(`${base}: fixed minus similar ${(interval?.mean ?? NaN).toFixed(2)} (${range}), ${seedCount} seeds`);
}
