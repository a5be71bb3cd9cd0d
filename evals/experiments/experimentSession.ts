import type { DrpoOptions } from '../../graphs/index.ts';
import { FileStore, Gateway, type RunModels } from '../../models/index.ts';
import type { Nodes, UnreadableReplyHandler } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { createNodes } from '../../run/createNodes.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { toGraphOptions } from '../../run/session.ts';
import { labelModelRoles } from '../../run/tracing/traceRun.ts';
import { UnreadableReplies } from '../../run/unreadableReplies.ts';
import { overrideNodes } from './rowNodes.ts';

/** What the rows of an experiment share: one gateway, hence one budget and one cache. */
export interface ExperimentSession {
  folder: RunFolder;
  gateway: Gateway;
  /** Makes a row's models, behind the gateway, its nodes and its graph options; a module's nodes replace the paper's. */
  wireRow(config: Config, module?: string): Promise<{ models: RunModels; nodes: Nodes; options: DrpoOptions }>;
  /** Called for each reply that could not be read. */
  onUnreadable: UnreadableReplyHandler;
  /** Forgets unreadable replies if they caused this error, so that the next session asks again. */
  forgetUnreadable(error: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Opens the gateway of an experiment on the answers that its folder keeps. @throws StoreError if the folder is in use */
export function openExperimentSession({ concurrency, budget }: Config, folder: RunFolder): ExperimentSession {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({ concurrency, budget, store });
  const unreadable = new UnreadableReplies();
  const onUnreadable: UnreadableReplyHandler = (event) => unreadable.add(event);
  return {
    folder,
    gateway,
    onUnreadable,
    async wireRow(config, module) {
      const { models, nodes } = createNodes(config, gateway);
      labelModelRoles(models);
      return {
        models,
        nodes: await overrideNodes(nodes({ onUnreadable }), models, module),
        options: toGraphOptions(config),
      };
    },
    forgetUnreadable: (error) => unreadable.forget(error, gateway, store),
    async close() {
      await gateway.drain();
      store.close();
    },
  };
}
