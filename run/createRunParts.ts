import {
  createJudges,
  createModels,
  type Gateway,
  type ManagedChatModel,
  type Role,
  type RunModels,
  type SuppliedModels,
} from '../models/index.ts';
import type { DrpoOptions } from '../graphs/index.ts';
import { createGuards, paperNodes, type Nodes, type PaperNodesOptions, type TrainingTexts } from '../nodes/index.ts';
import type { Example, Query } from '../state/example.ts';
import type { Config } from './config/loadConfig.ts';
import { readRunData } from './config/readData.ts';
import { importCheckFunction } from './importCheckFunction.ts';
import { overrideNodes, type NodeOverrideFactory } from './nodeOverrides.ts';
import { testPattern } from './testPattern.ts';
import { toGraphOptions } from './toGraphOptions.ts';

/** What replaces parts of a config: LangChain models by role, nodes, and the training data that guards compare with. */
export interface Replacements {
  models?: SuppliedModels | undefined;
  nodes?: NodeOverrideFactory | undefined;
  training?: PaperNodesOptions['training'];
  /** Loads the modules of checks. */
  importFunction?: typeof importCheckFunction;
}

/** All that a search is made of. */
export interface RunParts {
  models: RunModels;
  /** `models.judge`, then those of `judge.panel`. */
  judges: ManagedChatModel[];
  createNodes: (more?: Pick<PaperNodesOptions, 'judge' | 'rewards' | 'onUnreadable' | 'onCut'>) => Nodes;
  options: DrpoOptions;
}

/**
 * The one way from a config to models, judges, nodes and the graph's options. The command line, LangGraph's server, a row of
 * an experiment, a branch and the library all take it. `batched`: the roles whose requests go in batches. @throws ModelsConfigError, UserError
 */
export function createRunParts(
  config: Config,
  gateway: Gateway,
  replacements: Replacements = {},
  batched?: ReadonlySet<Role>,
): RunParts {
  const { preset, initialPrompt, task, mustKeep, queries, examples, search, judge } = config;
  const access = { gateway, env: process.env, supplied: replacements.models, batched };
  const models: RunModels = createModels(config.models, access);
  const judges = [models.judge, ...createJudges(judge.panel, access)];
  const { embeddings } = models;
  const tools = {
    importFunction: replacements.importFunction ?? importCheckFunction,
    testPattern,
    ...(embeddings && { embed: (texts: string[]) => embeddings.embedDocuments(texts) }),
  };
  const training = replacements.training ?? createTrainingReader(config);
  const createNodes: RunParts['createNodes'] = (more = {}) => {
    const nodes = paperNodes(
      { ...models, judge: judges },
      {
        preset,
        order: queries.order,
        seed: queries.seed,
        limit: queries.limit,
        k: examples.k,
        choose: examples.choose,
        leaveOwnOut: examples.from === 'queries',
        rewards: { ...config.rewards, tools },
        task,
        mustKeep,
        guards: createGuards(search.guards, initialPrompt, mustKeep),
        training,
        ...more,
        judge: {
          samples: judge.samples,
          tone: judge.tone,
          method: judge.method,
          scoring: judge.scoring,
          remarks: judge.remarks,
          ...(judge.instructions?.text !== undefined && { instructions: judge.instructions.text }),
          ...more.judge,
        },
      },
    );
    return overrideNodes(nodes, models, replacements.nodes);
  };
  return { models, judges, createNodes, options: toGraphOptions(config) };
}

/** Reads a config's training data once, when it is first asked for. */
function createTrainingReader(config: Config): () => Promise<TrainingTexts> {
  let training: Promise<TrainingTexts> | undefined;
  return () => (training ??= readTrainingTexts(config));
}

/** The queries and examples a run is trained with, for the guards. @throws UserError */
export const readTrainingTexts = async (config: Config): Promise<TrainingTexts> =>
  toTrainingTexts(await readRunData(config));

/** The texts of training data. */
export const toTrainingTexts = ({
  queries,
  examples,
}: {
  queries: readonly Query[];
  examples: readonly Example[];
}): { queries: string[]; examples: string[] } => ({
  queries: queries.map((q) => q.text),
  examples: examples.flatMap((e) => [e.query, e.answer]),
});
