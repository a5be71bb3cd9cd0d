// Checked by `npm run types`: each line after `@ts-expect-error` must not compile.
import { FakeEmbeddings, FakeListChatModel, FakeLLM } from '@langchain/core/utils/testing';
import {
  createGuards,
  DEFAULT_GUARD_OPTIONS,
  fromEvaluator,
  makeFixedRewards,
  makeJudge,
  paperNodes,
  type Guard,
  type Models,
  type RetrieveExamples,
  type Retriever,
} from '../../nodes/index.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';

const chat = new FakeListChatModel({ responses: [] });

/** Any LangChain model can play a role; the base model may complete texts instead of chatting. */
export const models: Models = { base: new FakeLLM({}), reward: chat, judge: [chat, chat], optimizer: chat };
export const simulated: Models = createSimulatedModels();

// @ts-expect-error -- a judge is a chat model
export const wrongModel: Models = { ...models, judge: new FakeLLM({}) };

// @ts-expect-error -- a role is missing
export const missingRole = paperNodes({ base: chat, reward: chat, judge: chat });

// @ts-expect-error -- the option is named k
export const wrongOption = paperNodes(models, { K: 2 });

// @ts-expect-error -- there are two presets
export const wrongPreset = paperNodes(models, { preset: 'paper' });

export const guards: Guard[] = createGuards({ ...DEFAULT_GUARD_OPTIONS, empty: false });
// @ts-expect-error -- guards have all their options
export const missingGuards = createGuards({ empty: false });

// @ts-expect-error -- a guard returns its reason or null
export const wrongGuard: Guard = (text) => text.length > 10;

// @ts-expect-error -- a retriever ranks
export const wrongRetriever: Retriever = { name: 'mine', find: async () => [[0]] };

// @ts-expect-error -- the step returns the indices of examples
export const wrongRetrieval: RetrieveExamples = async () => ({ examples: [] });

// @ts-expect-error -- embeddings are no chat model
export const wrongJudge = makeJudge({ model: new FakeEmbeddings() });

// @ts-expect-error -- aspects are names
export const wrongAspects = makeFixedRewards({ aspects: [1] });

// @ts-expect-error -- a range has two ends
export const wrongRange = fromEvaluator(() => ({ key: 'a', score: 1 }), { range: [0] });
