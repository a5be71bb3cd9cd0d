import { FileStore, Gateway, type Role } from '../../models/index.ts';
import type { Nodes, UnreadableReplyHandler } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { createRunParts, type RunParts } from '../../run/createRunParts.ts';
import { importNodeOverrides } from '../../run/nodeOverrides.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import { Progress, type Screen } from '../../run/progress.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { toOptimizeEvent } from '../../run/toOptimizeEvent.ts';
import { labelModelRoles } from '../../run/tracing/traceRun.ts';
import { describeLostAnswers } from '../../run/session.ts';
import { UnreadableReplies } from '../../run/unreadableReplies.ts';

/** What the rows of an experiment share: one gateway, hence one budget and one cache. */
export interface ExperimentSession {
  folder: RunFolder;
  gateway: Gateway;
  /** Makes a row's models, behind the gateway, its nodes and its graph options; the nodes of its module, else of the config's, replace the paper's. `batched`: roles whose requests go in batches. */
  wireRow(
    config: Config,
    module?: string,
    batched?: ReadonlySet<Role>,
  ): Promise<Pick<RunParts, 'models' | 'options'> & { nodes: Nodes }>;
  /** Called for each reply that could not be read. */
  onUnreadable: UnreadableReplyHandler;
  /** Forgets unreadable replies if they caused this error, so that the next session asks again. */
  forgetUnreadable(error: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Opens the gateway of an experiment on the answers that its folder keeps. @throws StoreError if the folder is in use */
export function openExperimentSession(
  { concurrency, budget, preset }: Config,
  folder: RunFolder,
  screen: Screen | null,
): ExperimentSession {
  const progress = new Progress(screen);
  const store = FileStore.open(folder.file('calls.jsonl'), { isLocked: true });
  if (store.corrupt > 0) folder.damage.push(describeLostAnswers(store.corrupt));
  for (const text of folder.damage.splice(0)) progress.handle({ type: 'fileDamaged', text });
  const gateway = new Gateway({
    concurrency,
    budget,
    store,
    isReference: preset === 'reference',
    onEvent: (event) => {
      const reported = toOptimizeEvent(event);
      if (reported) progress.handle(reported);
    },
  });
  const unreadable = new UnreadableReplies();
  const onUnreadable: UnreadableReplyHandler = (event) => unreadable.add(event);
  return {
    folder,
    gateway,
    onUnreadable,
    async wireRow(given, module = given.nodes, batched) {
      const config = await resolveModelNames(given);
      const overrides = module === undefined ? undefined : await importNodeOverrides(module);
      const { models, createNodes, options } = createRunParts(config, gateway, { nodes: overrides }, batched);
      labelModelRoles(models);
      return { models, nodes: createNodes({ onUnreadable }), options };
    },
    forgetUnreadable: (error) => unreadable.forget(error, gateway, store),
    async close() {
      await gateway.drain();
      store.close();
      folder.close();
    },
  };
}
