import type { RunnableConfig } from '@langchain/core/runnables';
import { isUnexplained, type Evaluation } from '../state/judgement.ts';
import type { ExplainScores, Judge } from './node.ts';

/** Makes the step that asks a judge for the remarks on scores that came without any. The scores stay as they are. */
export function makeExplainScores(judge: Judge): ExplainScores {
  return async function explainScores({ evaluation, rewards, ...reads }, config?: RunnableConfig) {
    const silent = rewards.filter(({ name }) => isUnexplained(evaluation[name]));
    if (silent.length === 0) return { evaluation };
    const { evaluation: remarks, missing } = await judge({ ...reads, rewards: silent }, config);
    const explained: Evaluation = Object.fromEntries(
      Object.entries(evaluation).map(([name, score]) => [
        name,
        isUnexplained(score) ? { ...score, rationale: remarks[name]?.rationale ?? '' } : score,
      ]),
    );
    return { evaluation: explained, ...(missing !== undefined && { missing }) };
  };
}
