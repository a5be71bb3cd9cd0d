import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drpo } from '../../graphs/index.ts';
import { simulatedModel, type SimulatedRole } from '../../models/simulated/index.ts';
import { GUARDS, paperNodes, type Nodes, type Refusal } from '../../nodes/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { trainingOf } from '../../run/createNodes.ts';
import { planted, refusalOf, rewritesIn, Tree, type Planted } from './guardTrials.ts';

/** What the guards made of rewrites that were really made: how many there were, and how many were refused, by reason. */
export interface Refused {
  rewrites: number;
  reasons: Record<string, number>;
}

/** The rewrites of the published runs in a folder of the authors' data (`published/<model>/tree.json`, seeds and examples beside). */
export async function publishedRewrites(data: string): Promise<Refused & { planted: Planted }> {
  const files = ['alpaca_train.json', 'lima_subsample_train.json', 'mal_train.txt'].map((name) => join(data, name));
  const config = loadConfig({
    override: {
      'models.optimizer': 'simulated',
      queries: { files, limit: null },
      'examples.file': join(data, 'ICL_examples.json'),
    },
  });
  const training = await trainingOf(config);
  const rewrites = readdirSync(join(data, 'published')).flatMap((model) => {
    const tree = Tree.parse(JSON.parse(readFileSync(join(data, 'published', model, 'tree.json'), 'utf8')));
    return rewritesIn(tree.nodes, training);
  });
  const reasons = rewrites.flatMap(({ prompt, view }) => refusalOf(prompt, view) ?? []);
  return { rewrites: rewrites.length, reasons: counted(reasons), planted: planted(rewrites) };
}

/** What the simulated optimizer writes where it fits a prompt to one query (models/simulated/rewritePrompt.ts). */
const OVERFIT = /When the question is about [^\n]*, take special care\./g;

/** Searches on the simulated models: what was refused, what of the optimizer's bullets for one query alone, and what else as if it were one. */
export async function simulatedRewrites(
  seeds: number,
): Promise<Refused & { overfit: { made: number; refused: number }; otherwise: number }> {
  const config = loadConfig({ override: { 'models.optimizer': 'simulated' } });
  const data = await readData(config);
  const training = await trainingOf(config);
  const seen: { prompt: string; parent: string; reason: string | null }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const role = (name: SimulatedRole) =>
      simulatedModel(name, { seed, ...(name === 'base' && seed % 2 === 0 && { model: 'rambling' }) });
    const models = { base: role('base'), reward: role('reward'), judge: role('judge'), optimizer: role('optimizer') };
    const nodes = paperNodes(models, { seed, limit: 180, guards: GUARDS, training: async () => training });
    const rewriteSystemPrompt: Nodes['rewriteSystemPrompt'] = async (reads, under) => {
      const found = await nodes.rewriteSystemPrompt(reads, under);
      const taken = found.prompts.map((prompt) => ({ prompt, parent: reads.prompt, reason: null }));
      seen.push(...taken, ...found.refused.map((r: Refusal) => ({ ...r, parent: reads.prompt })));
      return found;
    };
    await drpo({ ...nodes, rewriteSystemPrompt }).invoke(data);
  }
  const bullets = (text: string): number => [...text.matchAll(OVERFIT)].length;
  const fitted = seen.filter(({ prompt, parent }) => bullets(prompt) > bullets(parent));
  const alone = seen.filter((s) => s.reason === 'made for one query');
  return {
    rewrites: seen.length,
    reasons: counted(seen.flatMap((s) => s.reason ?? [])),
    overfit: { made: fitted.length, refused: fitted.filter((s) => s.reason !== null).length },
    otherwise: alone.filter((s) => !fitted.includes(s)).length,
  };
}

const counted = (all: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(all)].map((name) => [name, all.filter((other) => other === name).length]));
