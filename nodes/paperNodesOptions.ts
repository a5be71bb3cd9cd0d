import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { JudgeTone } from '../prompts/judge.ts';
import type { Check } from '../state/check.ts';
import type { Criterion } from '../state/criterion.ts';
import type { MessageAgent } from './agentRespond.ts';
import type { UnreadableReplyHandler } from './modelQuestion.ts';
import type { CheckTools } from './checks/runCheck.ts';
import type { Guard } from './guards/guards.ts';
import type { TrainingTexts } from './guards/trainingTexts.ts';
import type { CutResponse, Layout } from './respond.ts';
import type { ExampleChoice, Retriever } from './retrieveExamples.ts';
import type { SampleQueriesOptions } from './sampleQueries.ts';

/** LangChain models of any provider, by role. Without `embeddings`, examples are retrieved by shared words. */
export interface Models {
  /** A model, or an agent: a Runnable or a LangGraph graph that takes messages. */
  base: BaseLanguageModel | MessageAgent;
  reward: BaseChatModel;
  /** One judge, or several whose points are combined by their median. */
  judge: BaseChatModel | readonly BaseChatModel[];
  optimizer: BaseChatModel;
  /** Judges the final's proof alone. Left out: `judge` does. */
  proofJudge?: BaseChatModel;
  embeddings?: Embeddings;
}

/** How responses are rewarded. */
export interface RewardOptions {
  /**
   * "dynamic" selects rewards for each query. "static" judges every query by the same `criteria`, by default just-eval's five
   * aspects. "checks" asks neither a reward model nor a judge.
   */
  mode: 'dynamic' | 'static' | 'checks';
  criteria?: readonly Criterion[];
  /** Rules that count beside the judge's points. */
  checks?: readonly Check[];
  /** What checks need of the world; without it no check may name a module. */
  tools?: CheckTools | undefined;
}

/** How judges are asked. */
export interface JudgingOptions {
  /** How often each judge is asked. Of several samples the median counts. */
  samples: number;
  /** The number of the first repeat, from 0; 0 by default. */
  first?: number;
  /** The text that begins each request, in the place of that of the tone. */
  instructions?: string;
  /** Default: stern. */
  tone?: JudgeTone;
  /** "checklist": yes/no items that the reward model writes once for each query. Default: points. */
  method?: 'points' | 'checklist';
  /** "expected": a score is the mean over the odds of its digit, if the judge gives them. Default: expected; "reference": points. */
  scoring?: 'points' | 'expected';
  /** "when-rewritten": scores come without remarks, which are asked for before a rewrite. With "expected" only. Default: always. */
  remarks?: 'always' | 'when-rewritten';
}

/** Options of `paperNodes`. */
export interface PaperNodesOptions extends SampleQueriesOptions {
  /** "default" reads replies tolerantly and repairs them; "reference" reads them as the authors' code does (docs/reference.md). */
  preset?: 'default' | 'reference';
  /** Examples retrieved for each query, 0 or more; 2 by default. */
  k?: number;
  /** Whether each query gets its most similar examples (the default), or all get the same ones. */
  choose?: ExampleChoice;
  /** Whether a query never gets itself as an example; false by default. */
  leaveOwnOut?: boolean;
  /** How examples are retrieved; by `models.embeddings` or by shared words by default. */
  retriever?: Retriever;
  /** How the base model is asked; by default as its kind and the preset need it. */
  layout?: Layout;
  /** How responses are rewarded; dynamically by default. */
  rewards?: RewardOptions;
  /** What the assistant is for. */
  task?: string | undefined;
  /** Passages of the prompt that must stay word for word. */
  mustKeep?: readonly string[];
  /** Checks of the optimizer's rewrites. */
  guards?: readonly Guard[];
  /** Returns the training queries and examples, which no rewrite may repeat. Without them, guards compare only with the judged query and response. */
  training?: ((config?: RunnableConfig) => Promise<TrainingTexts | undefined>) | undefined;
  judge?: JudgingOptions;
  /** Called with each reply that could not be read. */
  onUnreadable?: UnreadableReplyHandler;
  /** Called with each response that is shorter than the base model's reply, or missing. */
  onCut?: (event: CutResponse) => void;
}
