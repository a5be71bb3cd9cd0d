import { createJudges, createModels, type Gateway, type RunModels } from '../models/index.ts';
import { createGuards, paperNodes, type Nodes, type PaperNodesOptions, type TrainingTexts } from '../nodes/index.ts';
import type { Config } from './config/loadConfig.ts';
import { readData } from './config/readData.ts';

/** A config's models behind a gateway, and the nodes over them; `more`: what is set besides. @throws ConfigFault */
export function createNodes(config: Config, gateway: Gateway) {
  const { preset, initialPrompt, queries, examples, rewards, search, judge } = config;
  const models: RunModels = createModels(config.models, { gateway, env: process.env });
  const judges = [models.judge, ...createJudges(judge.panel, { gateway, env: process.env })];
  const nodes = (more: Pick<PaperNodesOptions, 'judge' | 'onUnreadable'> = {}): Nodes =>
    paperNodes(
      { ...models, judge: judges },
      {
        preset,
        order: queries.order,
        seed: queries.seed,
        limit: queries.limit,
        k: examples.k,
        rewards,
        guards: createGuards(search.guards, initialPrompt),
        training: () => readTrainingTexts(config),
        judge: { samples: judge.samples },
        ...more,
      },
    );
  return { models, judges, nodes };
}

/** What a run is trained with, for the guards. @throws UserError */
export async function readTrainingTexts(config: Config): Promise<TrainingTexts> {
  const { queries, examples } = await readData(config);
  return { queries: queries.map((q) => q.text), examples: examples.flatMap((e) => [e.query, e.answer]) };
}
