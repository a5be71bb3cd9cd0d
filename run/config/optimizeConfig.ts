import type { FinalOptions } from '../../graphs/finalOptions.ts';
import type { EmbeddingSettings, ModelSettings } from '../../models/settings.ts';
import type { Check } from '../../state/check.ts';
import type { Criterion } from '../../state/criterion.ts';
import type { QueryFields } from './queryFields.ts';
import type { GuardOptions } from '../../nodes/guards/guardOptions.ts';

/** A config as an object. Every key may be left out; `test/types/config.ts` holds them to the schema of config files. */
export interface OptimizeConfig {
  /** The address of drpo.schema.json, for editors. It has no effect. */
  $schema?: string;
  /** `reference` does what the authors' code does. Default: default. */
  preset?: 'default' | 'reference';
  /** A model for each role. Needed, unless `optimize()` gets an `optimizer` of its own. */
  models?: ModelsByRole;
  /** A module whose default export makes nodes that replace the paper's: `(nodes, models) => ({ judge: mine })`. */
  nodes?: string | undefined;
  /** Calls in flight at the same time, 1 or more. Default: 16. */
  concurrency?: number;
  /** What the assistant is for and who asks it. */
  task?: string;
  /** Passages that every prompt must have word for word. */
  mustKeep?: string[];
  /** The prompt that the search starts from. Default: "You are a helpful assistant." */
  initialPrompt?: string;
  queries?: QueriesSettings;
  examples?: ExamplesSettings;
  rewards?: {
    /** `static` judges every query by `criteria`, `checks` asks neither a reward model nor a judge. Default: dynamic. */
    mode?: 'dynamic' | 'static' | 'checks';
    /** Names of aspects, or criteria of your own. */
    criteria?: Criterion[];
    /** Rules that a response keeps or breaks. */
    checks?: Check[];
  };
  search?: SearchSettings;
  judge?: JudgingSettings;
  /** The comparison on held-out queries; null for none. Default: 6 candidates, 6 queries, and 6 to 40 of the proof. */
  final?: FinalSettings | null | undefined;
  budget?: BudgetSettings;
  /** A file of prices in the place of the package's own. Default: the package's. */
  prices?: string;
  /** Keeps checkpoints in Postgres. Default: SQLite in the run's folder. */
  checkpoints?:
    | {
        /** The environment variable that holds the database's address. */
        postgresEnv: string;
      }
    | undefined;
  tracing?: {
    /** LangSmith's project. Default: drpo. */
    project?: string;
    tags?: string[];
    /** LangSmith's data set of an evaluation's instructions. Default: it is named after their file. */
    dataset?: string | undefined;
  };
}

/** A model for each role: its settings, or a text `MODEL@BASEURL` or `simulated`. A role without one uses the optimizer's. */
export interface ModelsByRole {
  base?: ModelSettings | string;
  reward?: ModelSettings | string;
  judge?: ModelSettings | string;
  optimizer?: ModelSettings | string;
  /** Judges the final's proof alone. Default: the judge does. */
  proofJudge?: ModelSettings | string;
  /** Default: lexical, the words that queries share. */
  embeddings?: EmbeddingSettings | 'lexical' | 'simulated';
}

/** The training queries. */
export interface QueriesSettings {
  /** Paths, relative to the config's file. Default: the queries of this package. */
  files?: string[];
  /** Default: shuffled. */
  order?: 'shuffled' | 'given';
  /** Default: 42. */
  seed?: number;
  /** Training queries at most, 1 or more; null for all. Default: 180. */
  limit?: number | null;
  /** The fields of the files by meaning, where they have other names. */
  fields?: QueryFields;
  /** Files of queries that the search never asks, for the proof. */
  heldOut?: string[];
}

/** The in-context examples and stage 1, which rewrites them. */
export interface ExamplesSettings {
  /** Default: the examples of this package, but none with own queries. */
  file?: string | undefined;
  /** Makes examples of the training queries that have an expected answer. */
  from?: 'queries';
  /** Examples retrieved for each query, 0 or more. Default: 2, but 0 with own queries and no own examples. */
  k?: number;
  /** Whether stage 1 runs. Default: false. */
  rewrite?: boolean;
  /** Whether each query gets its most similar examples, or all get the same ones. Default: similar. */
  choose?: 'similar' | 'fixed';
  /** Rewrites of each example at most, 0 or more. Default: 5. */
  rewriteRounds?: number;
  /** Examples that are rewritten, from the first, 1 or more; null for all. Default: null. */
  rewriteLimit?: number | null;
}

/** The search for a system prompt. `SearchOptions` says what the options mean that both have. */
export interface SearchSettings {
  /** Default: beam. */
  strategy?: StrategyConfig['name'] | StrategyConfig;
  beamWidth?: number;
  actions?: number;
  depth?: number;
  maxDepthIncrease?: number;
  keepPromptAbove?: number;
  historyLength?: number;
  runnerUpActions?: number;
  rankBy?: 'estimate' | 'value';
  revisitAfter?: number | null;
  failedEditsShown?: number;
  safetyFloor?: number | null;
  /** Which rewrites are rejected: true for the default preset's guards, false for none, or single options. */
  guards?: boolean | Partial<GuardOptions>;
  maxMissingShare?: number;
  /** Levels on which every survivor was kept, after which the search ends, 1 or more; null for never. Default: null. */
  patience?: number | null;
  /** Points that a further level must be expected to gain, or the search ends; null for any. Default: null. */
  minExpectedGain?: number | null;
  /** Whether the search ends when a whole level has full marks. Default: false. */
  stopWhenPerfect?: boolean;
}

/** A strategy and its own options. */
export type StrategyConfig =
  | { name: 'beam' | 'greedy' | 'monte-carlo' }
  | { name: 'stochastic-beam'; temperature?: number; seed?: number }
  | { name: 'best-of-n'; queriesPerCandidate?: number }
  | { name: 'mcts'; iterations?: number; maxRolloutDepth?: number; explorationWeight?: number };

/** How responses are judged. */
export interface JudgingSettings {
  /** Judgements of each response, 1 or more; their median counts. Default: 1. */
  samples?: number;
  /** Judges besides `models.judge`. The median of all scores counts. */
  panel?: (ModelSettings | string)[];
  /** Judgements that are repeated at the end, to measure the judge's noise, 0 or more. Default: 4. */
  reliabilityChecks?: number;
  /** How a response is scored: by points, or by yes/no items that the reward model writes once for each query. Default: points. */
  method?: 'points' | 'checklist';
  /** What a score is: the points that the judge writes, or the mean over the odds of its digit, if the endpoint gives them. Default: expected; points with checklists, checks alone and "reference". */
  scoring?: 'points' | 'expected';
  /** Whether each judgement has remarks, or they are asked for only before a rewrite, by a second request. Default: always. */
  remarks?: 'always' | 'when-rewritten';
  /** What the judge is told: to score as in the paper, or with the benefit of the doubt. Default: stern. */
  tone?: 'stern' | 'lenient';
  /** A file whose text begins each request to the judge, or the file and its text. */
  instructions?: string | { file: string; text?: string };
}

/** The final comparison; what is left out has its default. */
export type FinalSettings = Partial<Omit<FinalOptions, 'proof'>> & { proof?: Partial<FinalOptions['proof']> };

/** Limits of a run; null for none. */
export interface BudgetSettings {
  calls?: number | null;
  tokens?: number | null;
  usd?: number | null;
  minutes?: number | null;
}
