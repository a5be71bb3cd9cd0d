// Checked by `npm run types`: each line after `@ts-expect-error` must not compile.
import {
  drpo,
  paperNodes,
  rewriteExamples,
  searchSystemPrompt,
  type Judge,
  type Models,
  type Strategy,
} from '../../index.ts';
import type { GraphOptions } from '../../graphs/requireKnownOptions.ts';
import type { DrpoOptions, ExamplesGraph, Nodes, SearchGraph, StopCriterion, StrategyResult } from '../../index.ts';

declare const models: Models;
const nodes: Nodes = paperNodes(models);
const judge: Judge = async () => ({ evaluation: { Clarity: { rationale: 'clear', score: 4 } } });

/** A swap compiles if the step has the right shape. */
export const swapped: SearchGraph = drpo({ ...nodes, judge }, { beamWidth: 2, depth: 4 });

// @ts-expect-error -- a judge returns an evaluation
export const wrongOutput = drpo({ ...nodes, judge: async () => ({ points: 4 }) });

// @ts-expect-error -- a score is a number
export const wrongScore: Judge = async () => ({ evaluation: { Clarity: { rationale: '', score: '4' } } });

// @ts-expect-error -- a judge reads a response, not an answer
export const wrongInput: Judge = async ({ answer }: { answer: string }) => ({ evaluation: {}, missing: answer });

// @ts-expect-error -- the step is named judge
export const wrongName = drpo({ ...nodes, judges: judge });

const { judge: _, ...withoutJudge } = nodes;
// @ts-expect-error -- a step is missing
export const missingNode = drpo(withoutJudge);

// @ts-expect-error -- the option is named beamWidth
export const wrongOption = drpo(nodes, { beamwidth: 2 });

// @ts-expect-error -- the beam width is a number
export const wrongValue = drpo(nodes, { beamWidth: '2' });

// @ts-expect-error -- the search has no rounds of rewriting
export const wrongStage = searchSystemPrompt(nodes, { rewriteRounds: 2 });

// @ts-expect-error -- a final has three numbers
export const wrongFinal = drpo(nodes, { final: { candidates: 4 } });

/** What a search returns has a named type. */
export const result: Promise<StrategyResult> = swapped.invoke({ queries: ['How do tides work?'] });
export const prompt: Promise<string> = swapped.invoke({ queries: [] }).then(({ bestPrompt }) => bestPrompt);

// @ts-expect-error -- a query is a text, or a text with its source
export const wrongQueries = swapped.invoke({ queries: [1] });

// @ts-expect-error -- an example has an answer
export const wrongExamples = swapped.invoke({ queries: ['Hi?'], examples: [{ query: 'Hi?' }] });

/** Stage 1 takes and returns examples. */
export const examplesGraph: ExamplesGraph = rewriteExamples(nodes, { rewriteRounds: 2 });

// @ts-expect-error -- stage 1 has no beam
export const wrongRewriteOption = rewriteExamples(nodes, { beamWidth: 2 });

// @ts-expect-error -- a stop criterion returns its reason or null
export const wrongStop: StopCriterion = ({ level }) => level > 3;

// @ts-expect-error -- a strategy returns a graph
export const wrongStrategy: Strategy = () => ({ bestPrompt: '' });

type OptionName = keyof (typeof GraphOptions)['shape'];
/** The options that are checked are those that there are. */
export const checkedOptions: [OptionName] extends [keyof DrpoOptions] ? true : never = true;
export const allChecked: [keyof DrpoOptions] extends [OptionName] ? true : never = true;
