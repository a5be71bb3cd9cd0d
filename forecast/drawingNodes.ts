import { resolveFinal } from '../graphs/finalOptions.ts';
import { makeFixedRewards, type Nodes } from '../nodes/index.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { ASPECTS } from '../state/aspects.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import { REASONING_SHARE, type Assumptions } from './assumptions.ts';

const SECTION_BREAK = '\n\n';
const FIRST_PROMPT_LOSS = 0.1;

/** What happens in one walk. Queries and the responses to each count from 0, in the order in which they are judged. */
export interface Draws {
  /** How good a response is: its prompt is rewritten, or kept because the points are high, or kept because they are full. */
  judge: (query: number, response: number, isFirstPrompt: boolean) => 'rewritten' | 'kept' | 'perfect';
  /** Whether the next rewrite of a system prompt is new. */
  isNew: () => boolean;
  /** Rewrites after which an example has full marks. */
  exampleRewrites: (query: string) => number;
}

/** Nodes that answer with texts of the assumed lengths, and with points as drawn. */
export function makeDrawingNodes(
  config: Config,
  { sampleQueries, retrieveExamples }: Pick<Nodes, 'sampleQueries' | 'retrieveExamples'>,
  assumed: Assumptions,
  draws: Draws,
): Nodes {
  let texts = 0;
  const write = (length: number): string => `text ${texts++} `.padEnd(Math.round(length), 'x');
  // only a final that shortens its winner looks at a prompt's sections
  const shorten = config.final ? resolveFinal(config.final).shorten : false;
  // even short rewrites have as many lines as cuts may be tried
  const sections = shorten ? shorten.maxCuts + 1 : 1;
  const kept = config.final?.shorten ? config.mustKeep : [];
  const writePrompt = (): string => {
    if (sections === 1) return write(assumed.prompt);
    const drawn = Array.from({ length: sections }, () => write(assumed.prompt / sections - SECTION_BREAK.length));
    return [...drawn, ...kept].join(SECTION_BREAK);
  };
  const remark = 'x'.repeat(Math.round(assumed.rationale));
  const evaluate = (rewards: readonly Reward[], score: number): Evaluation =>
    Object.fromEntries(rewards.map(({ name }) => [name, { rationale: remark, score }]));
  const { keepPromptAbove } = config.search;
  const points = { rewritten: Math.min(keepPromptAbove, 4), kept: (keepPromptAbove + 5) / 2, perfect: 5 };
  const dynamicRewards = {
    rewards: ASPECTS.slice(0, Math.round(assumed.aspects)).map(({ name, scoring }) => ({ name, scoring })),
    reasoning: 'x'.repeat(Math.round(REASONING_SHARE * assumed.reply.reward)),
  };
  const { mode, criteria } = config.rewards;
  const checked = [{ name: 'checks', description: 'all checks pass' }];
  const aspects = mode === 'checks' ? checked : criteria;
  const fixedRewards = makeFixedRewards(aspects.length ? { aspects } : {});
  const firstResponses = new Set<string>();
  const rewritesOf = new Map<string, number>();
  const judgedQueries = new Map<string, { index: number; responses: number }>();
  return {
    sampleQueries,
    retrieveExamples,
    selectRewards: async (reads) => (mode === 'dynamic' ? dynamicRewards : fixedRewards(reads)),
    respond: async (reads) => {
      const answer = write(assumed.response);
      if (reads.prompt === config.initialPrompt) firstResponses.add(answer);
      return { response: answer };
    },
    judge: async ({ query, response, rewards, stage }) => {
      if (stage === 'example') {
        const isPerfect = (rewritesOf.get(query) ?? 0) >= draws.exampleRewrites(query);
        return { evaluation: evaluate(rewards, isPerfect ? points.perfect : points.rewritten) };
      }
      const { index, responses } = judgedQueries.get(query) ?? { index: judgedQueries.size, responses: 0 };
      judgedQueries.set(query, { index, responses: responses + 1 });
      const isFirst = firstResponses.has(response);
      const score = points[draws.judge(index, responses, isFirst)];
      // the first prompt loses by little, so that there is a winner to be shortened
      return { evaluation: evaluate(rewards, isFirst && config.final?.shorten ? score - FIRST_PROMPT_LOSS : score) };
    },
    rewriteSystemPrompt: async ({ actions }) => {
      const wanted = Array.from({ length: actions }, () => draws.isNew());
      const prompts = wanted.filter(Boolean).map(writePrompt);
      const duplicate = { prompt: '', reason: 'duplicate' };
      if (config.search.guards.duplicates)
        return { prompts, rejected: wanted.filter((isNew) => !isNew).map(() => duplicate) };
      const [first = writePrompt()] = prompts; // the others repeat it
      return { prompts: Array.from({ length: actions }, (_, i) => prompts[i] ?? first), rejected: [] };
    },
    rewriteExample: async ({ query }) => {
      rewritesOf.set(query, (rewritesOf.get(query) ?? 0) + 1);
      return { response: write(assumed.example) };
    },
  };
}
