import { join } from 'node:path';
import { Gateway } from '../../../models/index.ts';
import { LANGUAGE_ROLES } from '../../../models/roles.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { readRawConfig } from '../../../run/config/readRawConfig.ts';
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

/** The config of the task: short answers without lists, which two rules score. */
const PEER_CONFIG = join(import.meta.dirname, '../../../examples/checks/shortAnswers.yaml');

/** Reads the config of the task as it is written. */
export const readPeerConfig = (): Record<string, unknown> => readRawConfig({ file: PEER_CONFIG });

/** Reads the task of `examples/checks`. Its rules score the answers of all tools, and their remarks are all that a tool learns. */
export async function readPeerTask(): Promise<PeerTask> {
  // no model is asked here
  const roles = Object.fromEntries(LANGUAGE_ROLES.map((role) => [role, 'simulated']));
  const config = loadConfig({ file: PEER_CONFIG, roles });
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
  return { training: list(false), fresh: list(true), scoreAnswer };
}
