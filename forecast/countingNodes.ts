import type { RunnableConfig } from '@langchain/core/runnables';
import type { Judge, Nodes } from '../nodes/index.ts';
import { renderJudgePrompt, type Stage } from '../prompts/judge.ts';
import { toChatTurns, toPlainParts, toSplitTurns, type RespondVariables } from '../prompts/respond.ts';
import { renderRewriteExamplePrompt } from '../prompts/rewriteExample.ts';
import { renderRewriteSystemPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { renderSelectRewardsPrompt } from '../prompts/selectRewards.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { ASPECTS, EXAMPLE_ASPECTS } from '../state/aspects.ts';
import type { Assumptions } from './assumptions.ts';
import type { CallLedger, CountedRequest } from './callLedger.ts';

/** The nodes of a walk, and the judge who is asked once more. */
export interface CountingNodes {
  nodes: Nodes;
  repeatJudge: Judge;
}

/**
 * Nodes that count the calls they would make instead of making them; `answering` says what the models would have answered.
 * Every request is rendered as it would be sent. The same request again takes no call, as in a run, unless its `variant` is another.
 */
export function makeCountingNodes(
  answering: Nodes,
  ledger: CallLedger,
  config: Config,
  { reply, example, prompt }: Assumptions,
): CountingNodes {
  const answers = new Map<string, Promise<unknown>>();
  async function ask<T>(
    phase: string,
    text: string,
    answer: () => Promise<T>,
    count: (answer: T) => Omit<CountedRequest, 'input'>,
    variant = '',
  ): Promise<T> {
    const key = `${variant}${text}`;
    const known = answers.get(key);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same request was answered by the same node
    if (known) return known as Promise<T>;
    const pending = answer();
    answers.set(key, pending);
    const answered = await pending;
    ledger.add(phase, { ...count(answered), input: text.length });
    return answered;
  }
  const judges = countJudges(config);
  const makeJudge =
    (variant: string): Judge =>
    (reads, runnable) =>
      ask(
        findPhase(reads.stage, runnable),
        renderJudgePrompt(reads),
        () => answering.judge(reads, runnable),
        () => ({
          role: 'judge',
          models: judges,
          output: reply.judge,
          after: [reads.response, rewardsOf(reads.query)],
          brings: [judgementOf(reads.response)],
        }),
        variant,
      );
  const nodes: Nodes = {
    ...answering,
    selectRewards: (reads, runnable) =>
      config.rewards.mode === 'static'
        ? answering.selectRewards(reads, runnable)
        : ask(
            findPhase(reads.stage, runnable),
            renderSelectRewardsPrompt({ query: reads.query, ...OFFERED_ASPECTS[reads.stage] }),
            () => answering.selectRewards(reads, runnable),
            () => ({ role: 'reward', output: reply.reward, after: [], brings: [rewardsOf(reads.query)] }),
          ),
    respond: (reads, runnable) =>
      ask(
        findPhase('prompt', runnable),
        renderBasePrompt(config, reads),
        () => answering.respond(reads, runnable),
        ({ response }) => ({ role: 'base', output: response.length, after: [reads.prompt], brings: [response] }),
      ),
    judge: makeJudge(''),
    rewriteSystemPrompt: (reads, runnable) =>
      ask(
        findPhase('prompt', runnable),
        renderRewriteSystemPrompt(reads),
        () => answering.rewriteSystemPrompt(reads, runnable),
        ({ prompts }) => ({
          role: 'optimizer',
          output: reads.actions * reply.optimizer,
          after: [],
          brings: prompts,
        }),
        String(reads.actions),
      ),
    rewriteExample: (reads, runnable) =>
      ask(
        findPhase('example', runnable),
        renderRewriteExamplePrompt(reads),
        () => answering.rewriteExample(reads, runnable),
        ({ response }) => ({
          role: 'optimizer',
          output: example + reply.optimizer - prompt,
          after: [judgementOf(reads.response)],
          brings: response === null ? [] : [response],
        }),
      ),
  };
  return { nodes, repeatJudge: makeJudge('again') };
}

/** What the reward model may choose from, and how many of it, in each stage. */
const OFFERED_ASPECTS = {
  prompt: { aspects: ASPECTS, least: 2, most: 5 },
  example: { aspects: EXAMPLE_ASPECTS, least: 3, most: 6 },
} as const;

const rewardsOf = (query: string): string => `rewards of ${query}`;
const judgementOf = (response: string): string => `judgement of ${response}`;

/** Calls that need not wait for each other unless one uses what the other brings: those of a superstep; stage 1 as a whole. */
export const findPhase = (stage: Stage, runnable: RunnableConfig | undefined): string =>
  stage === 'example' ? 'examples' : `step ${String(runnable?.metadata?.['langgraph_step'])}`;

/** How many answers each judgement takes: from every judge, so many times. The same judge named twice gives the same answer. */
const countJudges = ({ models, judge }: Config): number =>
  judge.samples * new Set([models.judge, ...judge.panel].map((one) => JSON.stringify(one))).size;

function renderBasePrompt({ preset, models }: Config, reads: RespondVariables): string {
  if (models.base.api === 'completions') return Object.values(toPlainParts(reads)).join('');
  return (preset === 'reference' ? toSplitTurns : toChatTurns)(reads)
    .map((turn) => turn.content)
    .join('');
}
