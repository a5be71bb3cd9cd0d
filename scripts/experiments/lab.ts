import { FileStore, Gateway, judgesFrom, modelsFrom, type RunModels } from '../../models/index.ts';
import { paperNodes, type Nodes } from '../../nodes/index.ts';
import type { Config } from '../config.ts';
import { Unread } from '../unread.ts';
import type { RunFolder } from '../folder.ts';
import { nameRoles } from '../tracing.ts';

/** Where an experiment is done: one gateway for all rows, so that they share one budget and pay once for what they share. */
export interface Lab {
  folder: RunFolder;
  gateway: Gateway;
  /** Models and nodes of a row's config, behind that gateway. */
  nodesOf(config: Config): { models: RunModels; nodes: Nodes };
  /** After a fault: what could not be read, and ended it, is asked for anew by the next session. */
  leave(fault: unknown): Promise<void>;
  close(): Promise<void>;
}

export function openLab({ concurrency, budget }: Config, folder: RunFolder): Lab {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({ concurrency, budget, store });
  const unread = new Unread();
  const nodesOf: Lab['nodesOf'] = ({ models: who, preset, queries, examples, rewards, judge: panel }) => {
    const models = modelsFrom(who, { gateway, env: process.env });
    const judge = [models.judge, ...judgesFrom(panel.models, { gateway, env: process.env })];
    nameRoles(models);
    const { order, seed, limit } = queries;
    const made = {
      preset,
      order,
      seed,
      limit,
      k: examples.k,
      rewards,
      judge: { samples: panel.samples },
      onUnreadable: unread.note.bind(unread),
    };
    return { models, nodes: paperNodes({ ...models, judge }, made) };
  };
  const close = async (): Promise<void> => {
    await gateway.drain();
    store.close();
  };
  const leave = (fault: unknown): Promise<void> => unread.forget(fault, gateway, store);
  return { folder, gateway, nodesOf, leave, close };
}
