import {
  FileStore,
  Gateway,
  type ManagedChatModel,
  type Role,
  type RunModels,
  type Store,
  type StoredAdjustment,
} from '../models/index.ts';
import type { DrpoOptions } from '../graphs/index.ts';
import { failOnUnreadable } from '../nodes/failOnUnreadable.ts';
import type { CutResponse, Judge, Nodes, UnreadableReplyHandler } from '../nodes/index.ts';
import { openCheckpoints, type Checkpoints } from './openCheckpoints.ts';
import type { Config } from './config/loadConfig.ts';
import { checkRunParts } from './checkRunParts.ts';
import { createRunParts, type Replacements } from './createRunParts.ts';
import type { OptimizeEventHandler } from './events.ts';
import type { RunFolder } from './runFolder.ts';
import { recordUnlistedName } from './recordUnlistedName.ts';
import { withBatchConcurrency } from './withBatchConcurrency.ts';
import { toOptimizeEvent } from './toOptimizeEvent.ts';
import { toCutEvent, toUnreadableEvent, UnreadableReplies } from './unreadableReplies.ts';

/** A running search: its folder, its models behind one gateway, and the nodes over them. All parts meet here. */
export interface Session {
  config: Config;
  folder: RunFolder;
  gateway: Gateway;
  models: RunModels;
  /** `models.judge`, then those of `judge.panel`. */
  judges: ManagedChatModel[];
  nodes: Nodes;
  /** The graph's options. */
  options: DrpoOptions;
  /** The judge for repeated judgements: it returns a further sample of a judgement. */
  repeatJudge: Judge;
  /** The judge with other instructions, without checks. */
  createJudge: (instructions: string) => Judge;
  /** Receives each reply that could not be read, for the run's events. */
  onUnreadable: UnreadableReplyHandler;
  /** @throws SearchError if a model's replies could not be used more often than `search.maxMissingShare`; `over`: or not once in the run */
  checkReplies: (over?: boolean) => void;
  /** Notes a failure that ends the session. Unreadable replies that caused it are asked for again by the next one. */
  recordFailure: (error: unknown) => Promise<void>;
  /** Opens the checkpoints at the first call. */
  checkpoints(): Promise<Checkpoints>;
  close(): Promise<void>;
}

export interface OpenSessionOptions {
  /** Answers of another run, which are not paid for again. */
  shared?: Store | undefined;
  /** Keeps the answers, instead of the folder's own file. */
  store?: Store | undefined;
  /** What endpoints refused in another run. */
  adjustments?: readonly StoredAdjustment[];
  replacements?: Replacements;
  /** Whether nothing may be sent: all answers are there. */
  isOffline?: boolean;
  /** The roles whose requests go in batches. */
  batched?: ReadonlySet<Role>;
  onEvent?: OptimizeEventHandler | undefined;
}

/**
 * Makes everything a command needs over a folder, which is opened after all else is known to be there: a command that is refused
 * leaves nothing behind. @throws UserError, ModelsConfigError, StoreError
 */
export async function openSession(
  config: Config,
  openFolder: () => RunFolder,
  {
    shared,
    adjustments = [],
    replacements = {},
    isOffline = false,
    batched,
    onEvent,
    store: given,
  }: OpenSessionOptions = {},
): Promise<Session> {
  const nodes = await checkRunParts(config, replacements);
  const folder = openFolder();
  let store: Store | undefined;
  try {
    const opened = given ?? FileStore.open(folder.file('calls.jsonl'), { isLocked: true });
    store = opened;
    if (opened.corrupt > 0) folder.damage.push(describeLostAnswers(opened.corrupt));
    for (const text of folder.damage.splice(0)) void onEvent?.({ type: 'fileDamaged', text });
    const gateway = new Gateway({
      concurrency: config.concurrency,
      budget: config.budget,
      store,
      ...(shared && { shared }),
      isReference: config.preset === 'reference',
      isOffline,
      adjustments,
      onEvent: (event) => {
        if (event.type === 'unlisted') recordUnlistedName(event, folder, onEvent);
        const reported = toOptimizeEvent(event);
        if (reported) void onEvent?.(reported);
      },
    });
    const wiring = createRunParts(config, gateway, { ...replacements, nodes }, batched);
    return assembleSession({ config: withBatchConcurrency(config, batched), folder, gateway, store, onEvent }, wiring);
  } catch (error) {
    store?.close();
    folder.close();
    throw error;
  }
}

/** What is said of damaged lines in the file of the answers. */
export const describeLostAnswers = (lines: number): string =>
  `calls.jsonl: ${lines === 1 ? '1 line was damaged and is' : `${lines} lines were damaged and are`} removed; an answer that was there is asked for again`;

function assembleSession(
  {
    config,
    folder,
    gateway,
    store,
    onEvent,
  }: Pick<Session, 'config' | 'folder' | 'gateway'> & Pick<OpenSessionOptions, 'onEvent'> & { store: Store },
  { models, judges, createNodes, options }: ReturnType<typeof createRunParts>,
): Session {
  const unread = new UnreadableReplies();
  const onUnreadable: UnreadableReplyHandler = (event) => {
    const { step, complaint, reply, repaired } = event;
    unread.add(event);
    if (folder.events.append(toUnreadableEvent(event)))
      void onEvent?.({ type: 'replyUnreadable', step, complaint, reply, repaired });
  };
  const onCut = (event: CutResponse): void => {
    if (event.cut === 'thought') unread.add({ replies: [event.reply], repaired: false });
    folder.events.append(toCutEvent(event));
  };
  const { samples } = config.judge;
  const { nodes, check } = failOnUnreadable(createNodes({ onUnreadable, onCut }), config.search.maxMissingShare);
  let opened: Promise<Checkpoints> | undefined;
  return {
    config,
    folder,
    gateway,
    models,
    judges,
    nodes,
    options,
    repeatJudge: createNodes({
      judge: { samples, first: samples },
      rewards: { ...config.rewards, checks: [] },
      onUnreadable,
    }).judge,
    createJudge: (instructions) =>
      createNodes({ judge: { samples, instructions }, rewards: { ...config.rewards, checks: [] }, onUnreadable }).judge,
    onUnreadable,
    checkReplies: check,
    recordFailure: async (error) => {
      const files = store instanceof FileStore ? store : undefined;
      files?.freeReserve(); // a full disk must not keep it from being noted
      if (files) await unread.forget(error, gateway, files);
      folder.markFailed(error);
    },
    checkpoints: () => {
      // results of failed calls are computed again; a checkpoint would not repeat what a damaged journal has lost
      const hasLostAnswers =
        store instanceof FileStore && (store.hasStaleResponses || store.corrupt > 0 || store.isCutOff);
      const isStale = hasLostAnswers || folder.hasFailed || folder.isConfigLost || folder.lacksRecords;
      if (isStale) folder.forgetTree();
      const { journal, events } = folder;
      const isNew = isStale || journal.wasTruncated || journal.isEmpty || events.wasTruncated;
      return (opened ??= openCheckpoints(folder, config, { isNew }));
    },
    close: async () => {
      try {
        await gateway.drain();
        await (await opened?.catch(() => undefined))?.close();
      } finally {
        store.close();
        folder.close();
      }
    },
  };
}
