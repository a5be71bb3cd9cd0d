import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import {
  allRewardsPerfect,
  depthReached,
  patience,
  queriesExhausted,
  REFERENCE_REWRITE,
  REFERENCE_SEARCH,
  type DrpoOptions,
} from '../graphs/index.ts';
import { FileStore, Gateway, modelsFrom, type RunModels } from '../models/index.ts';
import { paperNodes, type Nodes } from '../nodes/index.ts';
import type { Example, Query } from '../state/example.ts';
import { openCheckpoints, type Checkpoints } from './checkpoints.ts';
import type { Config } from './config.ts';
import { readExamples, readQueries } from './data.ts';
import { RunFolder } from './folder.ts';

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
  nodes: Nodes;
  /** Opened by those who need them. */
  checkpoints(): Promise<Checkpoints>;
  close(): Promise<void>;
}

/** The run's folder: the one named, else one that is this config's own, so that the same command goes on with the same run. */
export const runFolder = (config: Config, { out = defaultFolder(config), fresh = false }: SessionOptions): RunFolder =>
  RunFolder.open(resolve(out), config, fresh);

/** Makes everything a command needs over a folder. @throws UserFault, ConfigFault, StoreFailed */
export async function openSession(config: Config, folder: RunFolder): Promise<Session> {
  const store = FileStore.open(folder.file('calls.jsonl'));
  const gateway = new Gateway({ concurrency: config.concurrency, budget: config.budget, store });
  const models = modelsFrom(config.models, { gateway, env: process.env });
  const nodes = paperNodes(models, {
    preset: config.preset,
    order: config.queries.order,
    seed: config.queries.seed,
    limit: config.queries.limit,
    k: config.examples.k,
    rewards: config.rewards,
    judge: config.judge,
    onUnreadable: ({ step, asked, reply, complaint, repaired }) => {
      const id = createHash('sha256')
        .update(JSON.stringify([step, asked, reply]))
        .digest('base64url');
      folder.events.append({ id, kind: 'unreadable', what: `${step}${repaired ? ' (repaired)' : ''}: ${complaint}` });
    },
  });
  let opened: Promise<Checkpoints> | undefined;
  const close = async (): Promise<void> => {
    await gateway.drain();
    await (await opened?.catch(() => undefined))?.close();
    store.close();
  };
  // a node whose line is gone would not be told again from its checkpoint: the run is made anew from its answers
  const checkpoints = (): Promise<Checkpoints> =>
    (opened ??= openCheckpoints(folder, config, { anew: folder.journal.torn }));
  return { config, folder, gateway, models, nodes, checkpoints, close };
}

/** The run's data, read from the config's files. @throws UserFault */
export async function readData({ queries, examples }: Config): Promise<{ queries: Query[]; examples: Example[] }> {
  const [q, e] = await Promise.all([
    readQueries(queries),
    examples.file === undefined ? [] : readExamples(examples.file),
  ]);
  return { queries: q, examples: e };
}

/** The graph's options, as the config and its preset have them. */
export function graphOptions({ preset, search, examples, initialPrompt, final = null }: Config): DrpoOptions {
  const { strategy: _, patience: levels, stopWhenPerfect, ...rest } = search;
  return {
    ...rest,
    ...(preset === 'reference' && { ...REFERENCE_SEARCH, ...REFERENCE_REWRITE }),
    initialPrompt,
    final,
    rewrite: examples.rewrite,
    rewriteRounds: examples.rewriteRounds,
    rewriteLimit: examples.limit,
    stop: [
      depthReached,
      queriesExhausted,
      ...(stopWhenPerfect ? [allRewardsPerfect] : []),
      ...(levels === null ? [] : [patience(levels)]),
    ],
  };
}

const defaultFolder = (config: Config): string =>
  join('runs', createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 10));
