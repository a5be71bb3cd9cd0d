// npm run seeds: does the search find better prompts? Runs it on the simulated models over many seeds and prints the
// distribution of the first and the best prompt's true quality (expected reward, 1 to 5, noise off). No model's result.
import { drpo, REFERENCE_REWRITE, REFERENCE_SEARCH } from '../../graphs/index.ts';
import { createSimulatedModel, computeTrueQuality } from '../../models/simulated/index.ts';
import { paperNodes } from '../../nodes/index.ts';
import { readData } from '../../run/config/readData.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';

const seeds = Number(process.argv[2] ?? 20);
const bases = ['terse', 'rambling'];
const presets = ['default', 'reference'] as const;
const data = await readData(loadConfig({ override: { 'models.optimizer': 'simulated' } }));

for (const base of bases)
  for (const preset of presets) {
    const ends: number[] = [];
    for (let seed = 1; seed <= seeds; seed++)
      ends.push(computeTrueQuality(await findBestPrompt(base, preset, seed), { base }));
    const first = computeTrueQuality('You are a helpful assistant.', { base });
    ends.sort((a, b) => a - b);
    const mean = ends.reduce((a, b) => a + b, 0) / ends.length;
    const raised = ends.filter((q) => q > first).length;
    console.log(
      `${base}, ${preset}: first ${first.toFixed(2)}, best ${mean.toFixed(2)} on average (${ends.map((q) => q.toFixed(2)).join(' ')}), better than the first in ${raised} of ${seeds}`,
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
