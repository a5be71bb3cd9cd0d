import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ApprovalHandler } from '../graphs/approve.ts';
import type { OptimizeConfig } from './config/optimizeConfig.ts';
import type { OptimizeEventHandler } from './events.ts';
import type { NodeOverrideFactory } from './nodeOverrides.ts';

/** LangChain models by role. A role that is left out is played by the config's model for it, else by the optimizer. */
export interface OptimizeModels {
  base?: BaseLanguageModel;
  reward?: BaseChatModel;
  judge?: BaseChatModel;
  optimizer?: BaseChatModel;
  /** Judges the final's proof alone. Left out: the judge does. */
  proofJudge?: BaseChatModel;
  embeddings?: Embeddings;
}

/** A query as data files hold it: a text, or an object with `query`, `instruction` or `prompt`. */
export type GivenQuery = string | Readonly<Record<string, unknown>>;
/** Examples as data files hold them: `{query: answer}` or a list of `{query, answer}`. */
export type GivenExamples = Readonly<Record<string, string>> | readonly { query: string; answer: string }[];

/** What `optimize()` takes; `config`, `models` or both are needed. */
export interface OptimizeOptions {
  /** A config as an object, or the path of its file (JSON or YAML). */
  config?: string | OptimizeConfig;
  /**
   * LangChain models, which replace `config.models` role by role. Their calls count in budgets, are retried and are kept in
   * `calls.jsonl` like all others; set a model's own `maxRetries` to 0, so that no retry stays uncounted. An answer is kept
   * under the provider, name and parameters that the model itself states. A model that states none is known by its class:
   * give another one of the same class another folder.
   */
  models?: OptimizeModels;
  /** Replace the config's query files; as data files hold them. */
  queries?: readonly GivenQuery[];
  /** Replace the config's example file; as data files hold them. */
  examples?: GivenExamples;
  /** Nodes in the place of the paper's, or the path of a module that makes them: `(nodes, models) => ({ judge: mine })`. */
  nodes?: NodeOverrideFactory | string;
  /** Ends the run early, with the best prompt so far and `stoppedBy: "interrupted"`. */
  signal?: AbortSignal;
  /** Receives what happens; the run waits for it only after `started` and `finished`. */
  onEvent?: OptimizeEventHandler;
  /** The run's folder. Default: `runs/` and a name that depends on the config and on all replacements. */
  folder?: string;
  /** Starts again in a folder that holds another run, whose files are moved aside. Default: false. */
  fresh?: boolean;
  /** Asked about each level before it is ranked: accept, edit, score or veto. */
  approve?: ApprovalHandler;
}
