import { FileStore, Gateway, type RunModels } from '../../models/index.ts';
import type { Nodes, UnreadableReplyHandler } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { UnreadableReplies } from '../../run/unreadableReplies.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { labelModelRoles } from '../../run/tracing/traceRun.ts';
import { createNodes } from '../../run/createNodes.ts';

/** Where an experiment is done: one gateway for all rows, so that they share one budget and pay once for what they share. */
export interface ExperimentSession {
  folder: RunFolder;
  gateway: Gateway;
  /** Models and nodes of a row's config, behind that gateway. */
  createRowNodes(config: Config): { models: RunModels; nodes: Nodes };
  /** Told of each reply that could not be read. */
  onUnreadable: UnreadableReplyHandler;
  /** After a fault: what could not be read, and ended it, is asked for anew by the next session. */
  forgetUnreadable(fault: unknown): Promise<void>;
  close(): Promise<void>;
}

export function openExperimentSession({ concurrency, budget }: Config, folder: RunFolder): ExperimentSession {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({ concurrency, budget, store });
  const unread = new UnreadableReplies();
  const onUnreadable: UnreadableReplyHandler = (event) => unread.add(event);
  const madeOf: ExperimentSession['createRowNodes'] = (config) => {
    const { models, nodes } = createNodes(config, gateway);
    labelModelRoles(models);
    return { models, nodes: nodes({ onUnreadable }) };
  };
  const close = async (): Promise<void> => {
    await gateway.drain();
    store.close();
  };
  const leave = (fault: unknown): Promise<void> => unread.forget(fault, gateway, store);
  return { folder, gateway, createRowNodes: madeOf, onUnreadable, forgetUnreadable: leave, close };
}
