import { judgesFrom, modelsFrom, type Gateway, type RunModels } from '../models/index.ts';
import { guardsOf, paperNodes, type Nodes, type PaperNodesOptions, type Training } from '../nodes/index.ts';
import type { Config } from './config/loadConfig.ts';
import { readData } from './config/readData.ts';

/** A config's models behind a gateway, and the nodes over them; `more`: what is set besides. @throws ConfigFault */
export function nodesOf(config: Config, gateway: Gateway) {
  const { preset, queries, examples, rewards, search, judge } = config;
  const models: RunModels = modelsFrom(config.models, { gateway, env: process.env });
  const judges = [models.judge, ...judgesFrom(judge.models, { gateway, env: process.env })];
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
        guards: guardsOf(search.guards),
        training: () => trainingOf(config),
        judge: { samples: judge.samples },
        ...more,
      },
    );
  return { models, judges, nodes };
}

/** What a run is trained with, for the guards. @throws UserFault */
export async function trainingOf(config: Config): Promise<Training> {
  const { queries, examples } = await readData(config);
  return { queries: queries.map((q) => q.text), examples: examples.flatMap((e) => [e.query, e.answer]) };
}
