import { join } from 'node:path';
import { Gateway } from '../../../models/index.ts';
import { LANGUAGE_ROLES } from '../../../models/roles.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { readData } from '../../../run/config/readData.ts';
import { createRunParts } from '../../../run/createRunParts.ts';
import { computeReward } from '../../../state/judgement.ts';
import type { ScoreAnswer } from './countingProxy.ts';

/** What every tool is given. `fresh` queries are asked when all searches of a seed have ended. */
export interface PeerTask {
  training: string[];
  fresh: string[];
  scoreAnswer: ScoreAnswer;
}

const QUERIES = join(import.meta.dirname, '../../../examples/checks');
const FRESH_COUNT = 20;

/** The task as drpo's config: short greetings by text message, which three rules score. No model is asked for points. */
export const PEER_TASK = {
  task: 'An assistant that answers by text message.',
  rewards: {
    mode: 'checks',
    checks: [
      { name: 'Begins with "Hello"', type: 'contains', value: 'Hello', at: 'start' },
      { name: 'At most 40 words', type: 'length', max: 40, unit: 'words' },
      { name: 'No lists', type: 'regex', pattern: String.raw`^\s*([-*•]|\d+[.)])\s`, flags: 'm', not: true },
    ],
  },
};

/** Reads the task. Its rules score the answers of all tools, and their remarks are all that a tool learns. */
export async function readPeerTask(): Promise<PeerTask> {
  // no model is asked here
  const roles = Object.fromEntries(LANGUAGE_ROLES.map((role) => [role, 'simulated']));
  const config = loadConfig({
    values: {
      ...PEER_TASK,
      queries: { files: [join(QUERIES, 'questions.txt')], heldOut: [join(QUERIES, 'held-out.txt')] },
    },
    roles,
  });
  const { queries } = await readData(config);
  const list = (heldOut: boolean): string[] =>
    queries.filter((query) => Boolean(query.heldOut) === heldOut).map(({ text }) => text);
  const { judge } = createRunParts(config, new Gateway()).createNodes();
  const scoreAnswer: ScoreAnswer = async (query, response) => {
    const { evaluation } = await judge({ query, response, rewards: [], reasoning: '', stage: 'prompt' });
    const broken = Object.entries(evaluation).filter(([, { score }]) => score < 5);
    const feedback = broken.map(([rule, { rationale }]) => `${rule}: ${rationale}`).join('\n');
    return { score: ((computeReward(evaluation) ?? 1) - 1) / 4, feedback: feedback || 'All rules are kept.' };
  };
  return { training: list(false), fresh: list(true).slice(0, FRESH_COUNT), scoreAnswer };
}
