import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drpo } from '../../graphs/index.ts';
import { createSimulatedModel, type SimulatedRole } from '../../models/simulated/index.ts';
import { DEFAULT_GUARDS, paperNodes, type Nodes, type RejectedRewrite } from '../../nodes/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { readTrainingTexts } from '../../run/createRunParts.ts';
import {
  countCaughtFaults,
  findRefusal,
  collectRewriteCases,
  AuthorsTree,
  type PlantedFaultCounts,
} from './guardTrials.ts';

/** How many rewrites there were, and how many the guards rejected, by reason. */
export interface RefusalCounts {
  rewrites: number;
  reasons: Record<string, number>;
}

/** Counts rejections in the published runs: `published/<model>/tree.json` in a folder of the authors' data, beside queries and examples. */
export async function countPublishedRefusals(data: string): Promise<RefusalCounts & { planted: PlantedFaultCounts }> {
  const files = ['alpaca_train.json', 'lima_subsample_train.json', 'mal_train.txt'].map((name) => join(data, name));
  const config = loadConfig({
    override: {
      'models.optimizer': 'simulated',
      queries: { files, limit: null },
      'examples.file': join(data, 'ICL_examples.json'),
    },
  });
  const training = await readTrainingTexts(config);
  const rewrites = readdirSync(join(data, 'published')).flatMap((model) => {
    const tree = AuthorsTree.parse(JSON.parse(readFileSync(join(data, 'published', model, 'tree.json'), 'utf8')));
    return collectRewriteCases(tree.nodes, training);
  });
  const reasons = rewrites.flatMap(({ prompt, view }) => findRefusal(prompt, view) ?? []);
  return { rewrites: rewrites.length, reasons: countByName(reasons), planted: countCaughtFaults(rewrites) };
}

/** What the simulated optimizer writes if it fits a prompt to one query (models/simulated/rewritePrompt.ts). */
const OVERFIT_BULLET_PATTERN = /When the question is about [^\n]*, take special care\./g;

/** Counts rejections in searches on the simulated models: of all rewrites, of those with a rule for one query, and of others for that reason. */
export async function countSimulatedRefusals(
  seeds: number,
): Promise<RefusalCounts & { overfit: { made: number; refused: number }; otherwise: number }> {
  const config = loadConfig({ override: { 'models.optimizer': 'simulated' } });
  const data = await readData(config);
  const training = await readTrainingTexts(config);
  const rewrites: { prompt: string; parent: string; reason: string | null }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const role = (name: SimulatedRole) =>
      createSimulatedModel(name, { seed, ...(name === 'base' && seed % 2 === 0 && { model: 'rambling' }) });
    const models = { base: role('base'), reward: role('reward'), judge: role('judge'), optimizer: role('optimizer') };
    const nodes = paperNodes(models, { seed, limit: 180, guards: DEFAULT_GUARDS, training: async () => training });
    const rewriteSystemPrompt: Nodes['rewriteSystemPrompt'] = async (reads, config) => {
      const result = await nodes.rewriteSystemPrompt(reads, config);
      const { prompt: parent } = reads;
      rewrites.push(...result.prompts.map((prompt) => ({ prompt, parent, reason: null })));
      rewrites.push(...result.rejected.map((rejected: RejectedRewrite) => ({ ...rejected, parent })));
      return result;
    };
    await drpo({ ...nodes, rewriteSystemPrompt }).invoke(data);
  }
  const countBullets = (text: string): number => [...text.matchAll(OVERFIT_BULLET_PATTERN)].length;
  const overfit = rewrites.filter(({ prompt, parent }) => countBullets(prompt) > countBullets(parent));
  const rejectedAsOverfit = rewrites.filter(({ reason }) => reason === 'made for one query');
  return {
    rewrites: rewrites.length,
    reasons: countByName(rewrites.flatMap(({ reason }) => reason ?? [])),
    overfit: { made: overfit.length, refused: overfit.filter(({ reason }) => reason !== null).length },
    otherwise: rejectedAsOverfit.filter((rewrite) => !overfit.includes(rewrite)).length,
  };
}

const countByName = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]));
