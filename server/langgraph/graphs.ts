import type { RunnableConfig } from '@langchain/core/runnables';
import * as graphs from '../../graphs/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { KEY, Told } from '../../run/remote/remoteOptions.ts';
import { Served } from './servedGraphs.ts';
import { untiring } from './withRecursionLimit.ts';

/** The config that DRPO_CONFIG names; without one every role is played by the embedded simulated models. */
const file = process.env['DRPO_CONFIG'];
const config = loadConfig({ file, roles: file === undefined ? { optimizer: 'simulated' } : {} });

/** With DRPO_APPROVE=1 the run rests at each level and asks a person. */
const served = new Served(config, process.env['DRPO_APPROVE'] === '1');
const { nodes, options } = served.own();
const whole = untiring(graphs.drpo(nodes, options));

/**
 * Both stages, for Studio and LangGraph Server, which bring their own checkpoints (langgraph.json). A run that brings
 * options under `configurable.drpo` (`optimize --remote`) is searched with them, else with those of the config.
 */
export function drpo({ configurable = {} }: RunnableConfig = {}) {
  if (configurable[KEY] === undefined) return whole;
  const told = Told.safeParse(configurable[KEY]);
  if (!told.success)
    throw new Error(
      `configurable.drpo: ${told.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}; is the server of the same version?`,
    );
  return 'about' in told.data
    ? served.about()
    : untiring(served.drpo(told.data, String(configurable['thread_id'] ?? '')));
}

/** Stage 2 alone: here every level is a checkpoint of the thread itself, to be edited and gone on from. */
export const searchSystemPrompt = untiring(graphs.searchSystemPrompt(nodes, options));

/** Stage 1 alone. */
export const rewriteExamples = untiring(graphs.rewriteExamples(nodes, options));
