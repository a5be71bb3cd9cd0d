import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import {
  allRewardsPerfect,
  depthReached,
  patience,
  queriesExhausted,
  REFERENCE_REWRITE,
  REFERENCE_SEARCH,
  KNOWN_PROMPTS_LIMIT,
  type DrpoOptions,
} from '../graphs/index.ts';
import { STRATEGIES } from '../graphs/strategies/index.ts';
import { FileStore, Gateway, type ManagedChatModel, type RunModels, type Store } from '../models/index.ts';
import { failOnUnreadable } from '../nodes/failOnUnreadable.ts';
import type { Judge, Nodes, UnreadableReplyHandler } from '../nodes/index.ts';
import { openCheckpoints, type Checkpoints } from './openCheckpoints.ts';
import type { Config } from './config/loadConfig.ts';
import { RunFolder } from './runFolder.ts';
import { createNodes } from './createNodes.ts';
import { hashValue, UnreadableReplies } from './unreadableReplies.ts';

export interface SessionOptions {
  out?: string | undefined;
  fresh?: boolean | undefined;
}

/** A run at work: its folder, its models behind one gateway, and the nodes made over them. The place where all parts meet. */
export interface Session {
  config: Config;
  folder: RunFolder;
  gateway: Gateway;
  models: RunModels;
  /** `models.judge`, then those of `judge.panel`. */
  judges: ManagedChatModel[];
  nodes: Nodes;
  /** The judge, asked what it was asked before once more. */
  repeatJudge: Judge;
  /** Told of each reply that could not be read, for the run's events. */
  onUnreadable: UnreadableReplyHandler;
  /** @throws SearchError where a model's replies could not be used more often than `search.maxMissingShare`; `over`: or not once in the run */
  checkReplies: (over?: boolean) => void;
  /** After a fault: where replies could not be read, the next session asks for them anew. */
  forgetUnreadable: (fault: unknown) => Promise<void>;
  /** Opened by those who need them. */
  checkpoints(): Promise<Checkpoints>;
  close(): Promise<void>;
}

/** The run's folder: the one named, else one that is this config's own, so that the same command goes on with the same run. */
export const openRunFolder = (
  config: Config,
  { out = getDefaultFolder(config), fresh = false }: SessionOptions,
): RunFolder => RunFolder.open(resolve(out), config, fresh);

/** Makes everything a command needs over a folder. `shared`: answers of another run, which are not paid for again. @throws UserError, ConfigFault, StoreFailed */
export async function openSession(config: Config, folder: RunFolder, shared?: Store): Promise<Session> {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({
    concurrency: config.concurrency,
    budget: config.budget,
    store,
    ...(shared && { shared }),
  });
  const { models, judges, nodes: made } = createNodes(config, gateway);
  const unread = new UnreadableReplies();
  const onUnreadable: UnreadableReplyHandler = (event) => {
    const { step, asked, reply, complaint, repaired } = event;
    unread.add(event);
    const what = `${step}${repaired ? ' (repaired)' : ''}: ${complaint}`;
    folder.events.append({ id: hashValue([step, asked, reply]), kind: 'unreadable', what });
  };
  const { samples } = config.judge;
  const judgeAgain = made({ judge: { samples, first: samples }, onUnreadable }).judge;
  const { nodes, check } = failOnUnreadable(made({ onUnreadable }), config.search.maxMissingShare);
  const leave = (fault: unknown): Promise<void> => unread.forget(fault, gateway, store);
  let opened: Promise<Checkpoints> | undefined;
  const close = async (): Promise<void> => {
    await gateway.drain();
    await (await opened?.catch(() => undefined))?.close();
    store.close();
  };
  // what stands on calls that failed is done over; what a journal has lost would not be told again from a checkpoint
  const checkpoints = (): Promise<Checkpoints> => {
    if (store.hasStaleResponses) folder.forgetTree();
    const { journal, events } = folder;
    const anew = store.hasStaleResponses || journal.wasTruncated || journal.isEmpty || events.wasTruncated;
    return (opened ??= openCheckpoints(folder, config, { anew }));
  };
  return {
    config,
    folder,
    gateway,
    models,
    judges,
    nodes,
    repeatJudge: judgeAgain,
    onUnreadable,
    checkReplies: check,
    forgetUnreadable: leave,
    checkpoints,
    close,
  };
}

/** The graph's options, as the config and its preset have them. */
export function toGraphOptions({ preset, search, examples, initialPrompt, final = null }: Config): DrpoOptions {
  const {
    strategy: { name, ...strategyOptions },
    patience: levels,
    stopWhenPerfect,
    guards,
    rankBy,
    revisitAfter,
    failedEditsShown,
    safetyFloor,
    maxMissingShare,
    ...rest
  } = search;
  return {
    ...rest,
    ...(preset === 'reference' && { ...REFERENCE_SEARCH, ...REFERENCE_REWRITE }),
    // what a preset sets and a config can set apart from it
    rankBy,
    revisitAfter,
    failedEditsShown,
    safetyFloor,
    maxMissingShare,
    knownPromptsLimit: guards.duplicates || guards.maxSimilarity !== null ? KNOWN_PROMPTS_LIMIT : 0,
    initialPrompt,
    final,
    strategy: STRATEGIES[name],
    ...strategyOptions,
    rewrite: examples.rewrite,
    rewriteRounds: examples.rewriteRounds,
    rewriteLimit: examples.rewriteLimit,
    stop: [
      depthReached,
      queriesExhausted,
      ...(stopWhenPerfect ? [allRewardsPerfect] : []),
      ...(levels === null ? [] : [patience(levels)]),
    ],
  };
}

const getDefaultFolder = (config: Config): string =>
  join('runs', createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 10));
