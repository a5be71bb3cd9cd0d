import type { RunnableConfig } from '@langchain/core/runnables';
import type { Judge, Nodes } from '../nodes/index.ts';
import { renderJudgePrompt, type Stage } from '../prompts/judge.ts';
import { renderJudgeScoresPrompt } from '../prompts/judgeScores.ts';
import { toPromptText, type StepPrompt } from '../prompts/promptParts.ts';
import {
  renderReferenceJudge,
  renderReferenceRewriteExample,
  renderReferenceRewriteSystemPrompt,
  renderReferenceSelectRewards,
} from '../prompts/referencePrompts.ts';
import { toChatTurns, toPlainParts, toSplitTurns, type RespondVariables } from '../prompts/respond.ts';
import { renderRewriteExamplePrompt } from '../prompts/rewriteExample.ts';
import { renderRewriteSystemPrompt } from '../prompts/rewriteSystemPrompt.ts';
import { renderSelectRewardsPrompt } from '../prompts/selectRewards.ts';
import { renderWriteChecklistPrompt } from '../prompts/writeChecklist.ts';
import { toSelectionVariables } from '../nodes/selectRewards.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { countJudges } from '../run/countJudges.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Assumptions } from './assumptions.ts';
import type { CallLedger, CountedRequest } from './callLedger.ts';

/** The nodes of a walk, and the judge that repeats judgements. */
export interface CountingNodes {
  nodes: Nodes;
  repeatJudge: Judge;
}

/**
 * Makes nodes that count calls instead of making them. `answering` holds the models' answers.
 * Every request is rendered as it would be sent. A repeated request takes no call, as in a run, unless its `variant` differs.
 */
export function makeCountingNodes(
  answering: Nodes,
  ledger: CallLedger,
  config: Config,
  { reply, example, prompt, rationale }: Assumptions,
): CountingNodes {
  const ask = createCachedAsk(ledger);
  const render = config.preset === 'reference' ? REFERENCE_PROMPTS : PROMPTS;
  /** Counts the checklist of a query, which the reward model writes once. */
  const countChecklist = async (
    { query, rewards, context, expected, stage }: Parameters<Judge>[0],
    runnable: Parameters<Judge>[1],
  ): Promise<void> => {
    if (config.judge.method !== 'checklist') return;
    await ask(
      findPhase(stage, runnable),
      renderWriteChecklistPrompt({
        query,
        rewards,
        ...(context && { context }),
        ...(expected !== undefined && { expected }),
      }),
      () => Promise.resolve(),
      () => ({
        role: 'reward',
        output: rewards.length * CHECKLIST_CHARS,
        after: [toRewardsKey(query)],
        brings: [toChecklistKey(query)],
      }),
    );
  };
  /** Whether scores come without remarks. */
  const areAlone = ({ stage }: Pick<Parameters<Judge>[0], 'stage'>): boolean =>
    config.judge.remarks === 'when-rewritten' && stage === 'prompt';
  const makeJudge =
    (variant: string, role: 'judge' | 'proofJudge' = 'judge'): Judge =>
    (reads, runnable) =>
      countChecklist(reads, runnable).then(() =>
        ask(
          findPhase(reads.stage, runnable),
          (areAlone(reads) ? renderJudgeScoresPrompt : render.judge)({
            ...reads,
            instructions: config.judge.instructions?.text,
            tone: config.judge.tone,
          }),
          async () => {
            const judged = await answering.judge(reads, runnable);
            return areAlone(reads) ? { ...judged, evaluation: replaceRemarks(judged.evaluation, '') } : judged;
          },
          () => ({
            role,
            models: role === 'judge' ? countJudges(config) : config.judge.samples,
            output: areAlone(reads) ? 8 * reads.rewards.length : reply.judge,
            after: [reads.response, toRewardsKey(reads.query), toChecklistKey(reads.query)],
            brings: [toJudgementKey(reads.response)],
          }),
          variant,
        ),
      );
  const nodes: Nodes = {
    ...answering,
    selectRewards: (reads, runnable) =>
      config.rewards.mode !== 'dynamic'
        ? answering.selectRewards(reads, runnable)
        : ask(
            findPhase(reads.stage, runnable),
            render.selectRewards(
              toSelectionVariables({ ...reads, criteria: config.rewards.criteria, task: config.task }),
            ),
            () => answering.selectRewards(reads, runnable),
            () => ({ role: 'reward', output: reply.reward, after: [], brings: [toRewardsKey(reads.query)] }),
          ),
    respond: (reads, runnable) =>
      ask(
        findPhase('prompt', runnable),
        renderBasePrompt(config, reads),
        () => answering.respond(reads, runnable),
        ({ response }) => ({ role: 'base', output: response.length, after: [reads.prompt], brings: [response] }),
      ),
    judge: config.rewards.mode === 'checks' ? answering.judge : makeJudge(''),
    ...(config.models.proofJudge &&
      config.rewards.mode !== 'checks' && { proofJudge: makeJudge('proof', 'proofJudge') }),
    ...(config.judge.remarks === 'when-rewritten' && {
      explainScores: (reads, runnable) =>
        ask(
          findPhase(reads.stage, runnable),
          render.judge({ ...reads, instructions: config.judge.instructions?.text, tone: config.judge.tone }),
          async () => ({ evaluation: replaceRemarks(reads.evaluation, 'x'.repeat(rationale)) }),
          () => ({ role: 'judge', output: reply.judge, after: [], brings: [toRemarksKey(reads.response)] }),
          'remarks',
        ),
    }),
    rewriteSystemPrompt: (reads, runnable) =>
      ask(
        findPhase('prompt', runnable),
        render.rewriteSystemPrompt({ ...reads, task: config.task, kept: config.mustKeep }),
        () => answering.rewriteSystemPrompt(reads, runnable),
        ({ prompts }) => ({
          role: 'optimizer',
          output: reads.actions * reply.optimizer,
          after: [toRemarksKey(reads.response)],
          brings: prompts,
        }),
        String(reads.actions),
      ),
    rewriteExample: (reads, runnable) =>
      ask(
        findPhase('example', runnable),
        render.rewriteExample(reads),
        () => answering.rewriteExample(reads, runnable),
        ({ response }) => ({
          role: 'optimizer',
          output: example + reply.optimizer - prompt,
          after: [toJudgementKey(reads.response)],
          brings: response === null ? [] : [response],
        }),
      ),
  };
  return { nodes, repeatJudge: makeJudge('again') };
}

const PROMPTS = {
  selectRewards: renderSelectRewardsPrompt,
  judge: renderJudgePrompt,
  rewriteSystemPrompt: renderRewriteSystemPrompt,
  rewriteExample: renderRewriteExamplePrompt,
};
const REFERENCE_PROMPTS = {
  selectRewards: renderReferenceSelectRewards,
  judge: renderReferenceJudge,
  rewriteSystemPrompt: renderReferenceRewriteSystemPrompt,
  rewriteExample: renderReferenceRewriteExample,
};

/** Creates a function that gets the answer to a rendered request and adds the request to the ledger, each once. */
function createCachedAsk(ledger: CallLedger) {
  const answers = new Map<string, Promise<unknown>>();
  return async function ask<T>(
    phase: string,
    prompt: StepPrompt,
    answer: () => Promise<T>,
    count: (answer: T) => Omit<CountedRequest, 'input'>,
    variant = '',
  ): Promise<T> {
    const text = toPromptText(prompt);
    const key = `${variant}${text}`;
    const known = answers.get(key);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same request was answered by the same node
    if (known) return known as Promise<T>;
    const pending = answer();
    answers.set(key, pending);
    const answered = await pending;
    ledger.add(phase, { ...count(answered), input: text.length });
    return answered;
  };
}

const replaceRemarks = (evaluation: Evaluation, rationale: string): Evaluation =>
  Object.fromEntries(Object.entries(evaluation).map(([aspect, score]) => [aspect, { ...score, rationale }]));

/** Characters of an aspect's items. */
const CHECKLIST_CHARS = 300;
const toChecklistKey = (query: string): string => `checklist of ${query}`;
const toRewardsKey = (query: string): string => `rewards of ${query}`;
const toRemarksKey = (response: string): string => `remarks on ${response}`;
const toJudgementKey = (response: string): string => `judgement of ${response}`;

/** Names the calls that wait for each other only if one uses the other's answer: those of a superstep, or all of stage 1. */
export const findPhase = (stage: Stage, runnable: RunnableConfig | undefined): string =>
  stage === 'example' ? 'examples' : `step ${String(runnable?.metadata?.['langgraph_step'])}`;

function renderBasePrompt({ preset, models }: Config, reads: RespondVariables): string {
  if (models.base.api === 'completions') return Object.values(toPlainParts(reads)).join('');
  return (preset === 'reference' ? toSplitTurns : toChatTurns)(reads)
    .map((turn) => turn.content)
    .join('');
}
