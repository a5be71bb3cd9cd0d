import type { RunnableConfig } from '@langchain/core/runnables';
import { runAsStep } from '../../graphs/evaluateCandidate.ts';
import type { Judge } from '../../nodes/node.ts';
import type { Reward } from '../../state/reward.ts';
import type { JudgedResponse, LabelledResponse } from './labelledResponse.ts';

/** Which responses are judged, and by whom. */
export interface JudgeResponsesOptions {
  responses: readonly LabelledResponse[];
  /** The criteria of the labels. A response is judged on those that it has labels of, in this order. */
  rewards: readonly Reward[];
  judge: Judge;
  /** Responses that are judged at the same time. */
  inFlight: number;
  /** Called with each judged response, and its index, as soon as it is finished. */
  onJudged: (judged: JudgedResponse, index: number) => void;
  config?: RunnableConfig | undefined;
}

/** Has every response judged on the criteria of its labels, in one request each, as the search has it. */
export async function judgeResponses({
  responses,
  rewards,
  judge,
  inFlight,
  onJudged,
  config = {},
}: JudgeResponsesOptions): Promise<void> {
  const judgeOne = runAsStep<LabelledResponse, JudgedResponse>('judge', async (labelled, runConfig) => {
    const { labels, ...reads } = labelled;
    const own = rewards.filter(({ name }) => labels.some(({ criterion }) => criterion === name));
    return {
      ...labelled,
      ...(await judge({ ...reads, rewards: own, reasoning: '', stage: 'prompt' }, runConfig)),
    };
  });
  const queue = responses.entries();
  const work = async (): Promise<void> => {
    for (const [index, response] of queue) onJudged(await judgeOne(response, config), index);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, responses.length) }, work));
}
