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

/** What the guards made of rewrites that were really made: how many there were, and how many were refused, by reason. */
export interface RefusalCounts {
  rewrites: number;
  reasons: Record<string, number>;
}

/** The rewrites of the published runs in a folder of the authors' data (`published/<model>/tree.json`, seeds and examples beside). */
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

/** What the simulated optimizer writes where it fits a prompt to one query (models/simulated/rewritePrompt.ts). */
const OVERFIT_BULLET_PATTERN = /When the question is about [^\n]*, take special care\./g;

/** Searches on the simulated models: what was refused, what of the optimizer's bullets for one query alone, and what else as if it were one. */
export async function countSimulatedRefusals(
  seeds: number,
): Promise<RefusalCounts & { overfit: { made: number; refused: number }; otherwise: number }> {
  const config = loadConfig({ override: { 'models.optimizer': 'simulated' } });
  const data = await readData(config);
  const training = await readTrainingTexts(config);
  const seen: { prompt: string; parent: string; reason: string | null }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const role = (name: SimulatedRole) =>
      createSimulatedModel(name, { seed, ...(name === 'base' && seed % 2 === 0 && { model: 'rambling' }) });
    const models = { base: role('base'), reward: role('reward'), judge: role('judge'), optimizer: role('optimizer') };
    const nodes = paperNodes(models, { seed, limit: 180, guards: DEFAULT_GUARDS, training: async () => training });
    const rewriteSystemPrompt: Nodes['rewriteSystemPrompt'] = async (reads, under) => {
      const found = await nodes.rewriteSystemPrompt(reads, under);
      const taken = found.prompts.map((prompt) => ({ prompt, parent: reads.prompt, reason: null }));
      seen.push(...taken, ...found.refused.map((r: RejectedRewrite) => ({ ...r, parent: reads.prompt })));
      return found;
    };
    await drpo({ ...nodes, rewriteSystemPrompt }).invoke(data);
  }
  const bullets = (text: string): number => [...text.matchAll(OVERFIT_BULLET_PATTERN)].length;
  const fitted = seen.filter(({ prompt, parent }) => bullets(prompt) > bullets(parent));
  const alone = seen.filter((s) => s.reason === 'made for one query');
  return {
    rewrites: seen.length,
    reasons: countByName(seen.flatMap((s) => s.reason ?? [])),
    overfit: { made: fitted.length, refused: fitted.filter((s) => s.reason !== null).length },
    otherwise: alone.filter((s) => !fitted.includes(s)).length,
  };
}

const countByName = (all: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(all)].map((name) => [name, all.filter((other) => other === name).length]));
