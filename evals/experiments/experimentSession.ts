import { FileStore, Gateway, type RunModels } from '../../models/index.ts';
import type { Nodes, OnUnreadable } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { Unread } from '../../run/unreadableReplies.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { nameRoles } from '../../run/tracing/traceRun.ts';
import { nodesOf } from '../../run/createNodes.ts';

/** Where an experiment is done: one gateway for all rows, so that they share one budget and pay once for what they share. */
export interface Lab {
  folder: RunFolder;
  gateway: Gateway;
  /** Models and nodes of a row's config, behind that gateway. */
  nodesOf(config: Config): { models: RunModels; nodes: Nodes };
  /** Told of each reply that could not be read. */
  onUnreadable: OnUnreadable;
  /** After a fault: what could not be read, and ended it, is asked for anew by the next session. */
  leave(fault: unknown): Promise<void>;
  close(): Promise<void>;
}

export function openLab({ concurrency, budget }: Config, folder: RunFolder): Lab {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({ concurrency, budget, store });
  const unread = new Unread();
  const onUnreadable: OnUnreadable = (event) => unread.note(event);
  const madeOf: Lab['nodesOf'] = (config) => {
    const { models, nodes } = nodesOf(config, gateway);
    nameRoles(models);
    return { models, nodes: nodes({ onUnreadable }) };
  };
  const close = async (): Promise<void> => {
    await gateway.drain();
    store.close();
  };
  const leave = (fault: unknown): Promise<void> => unread.forget(fault, gateway, store);
  return { folder, gateway, nodesOf: madeOf, onUnreadable, leave, close };
}
