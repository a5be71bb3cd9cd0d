// npm run seeds [seeds, default 20]: does the search find better prompts? Runs it on the simulated models and prints the true
// quality (expected reward without noise, 1 to 5) of the first prompt and of each search's best prompt. No real model's result.
import { drpo, REFERENCE_REWRITE, REFERENCE_SEARCH } from '../../graphs/index.ts';
import { createSimulatedModel, computeTrueQuality } from '../../models/simulated/index.ts';
import { paperNodes } from '../../nodes/index.ts';
import { readData } from '../../run/config/readData.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';

const seedCount = Number(process.argv[2] ?? 20);
const bases = ['terse', 'rambling'];
const presets = ['default', 'reference'] as const;
const data = await readData(loadConfig({ override: { 'models.optimizer': 'simulated' } }));

for (const base of bases)
  for (const preset of presets) {
    const qualities: number[] = [];
    for (let seed = 1; seed <= seedCount; seed++)
      qualities.push(computeTrueQuality(await findBestPrompt(base, preset, seed), { base }));
    const first = computeTrueQuality('You are a helpful assistant.', { base });
    qualities.sort((a, b) => a - b);
    const mean = qualities.reduce((a, b) => a + b, 0) / qualities.length;
    const improvedCount = qualities.filter((quality) => quality > first).length;
    console.log(
      `${base}, ${preset}: first ${first.toFixed(2)}, best ${mean.toFixed(2)} on average (${qualities.map((quality) => quality.toFixed(2)).join(' ')}), better than the first in ${improvedCount} of ${seedCount}`,
    );
  }

async function findBestPrompt(base: string, preset: (typeof presets)[number], seed: number): Promise<string> {
  const role = (name: 'base' | 'reward' | 'judge' | 'optimizer') =>
    createSimulatedModel(name, { seed, ...(name === 'base' && { model: base }) });
  const models = { base: role('base'), reward: role('reward'), judge: role('judge'), optimizer: role('optimizer') };
  const nodes = paperNodes(models, { preset, order: 'shuffled', seed, limit: 180 });
  const graph = drpo(nodes, preset === 'reference' ? { ...REFERENCE_SEARCH, ...REFERENCE_REWRITE } : {});
  return (await graph.invoke(data)).bestPrompt;
}
