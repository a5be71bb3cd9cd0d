import { FileStore, Gateway, type RunModels } from '../../models/index.ts';
import type { Nodes } from '../../nodes/index.ts';
import type { Config } from '../config.ts';
import type { RunFolder } from '../folder.ts';
import { nodesOf } from '../nodesOf.ts';

/** Where an experiment is done: one gateway for all rows, so that they share one budget and pay once for what they share. */
export interface Lab {
  folder: RunFolder;
  gateway: Gateway;
  /** Models and nodes of a row's config, behind that gateway. */
  nodesOf(config: Config): { models: RunModels; nodes: Nodes };
  close(): Promise<void>;
}

export function openLab({ concurrency, budget }: Config, folder: RunFolder): Lab {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({ concurrency, budget, store });
  const madeOf: Lab['nodesOf'] = (config) => {
    const { models, nodes } = nodesOf(config, gateway);
    return { models, nodes: nodes() };
  };
  const close = async (): Promise<void> => {
    await gateway.drain();
    store.close();
  };
  return { folder, gateway, nodesOf: madeOf, close };
}
