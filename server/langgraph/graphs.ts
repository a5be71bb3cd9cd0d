import type { RunnableConfig } from '@langchain/core/runnables';
import * as graphs from '../../graphs/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { importNodeOverrides } from '../../run/nodeOverrides.ts';
import { CONFIGURABLE_KEY, RunRequest } from '../../run/remote/remoteOptions.ts';
import { ServedGraphs } from './servedGraphs.ts';

/** The config that DRPO_CONFIG names; without one every role is played by the embedded simulated models. */
const file = process.env['DRPO_CONFIG'];
const config = loadConfig({ file, roles: file === undefined ? { optimizer: 'simulated' } : {} });

/** With DRPO_APPROVE=1 the run waits at each level and asks a person. */
const overrides = config.nodes === undefined ? undefined : await importNodeOverrides(config.nodes);
const servedGraphs = new ServedGraphs(config, process.env['DRPO_APPROVE'] === '1', overrides);
const { nodes, options } = servedGraphs.createNodesAndOptions();
const drpoGraph = servedGraphs.watchInput(graphs.drpo(nodes, options));

/**
 * Both stages, for Studio and LangGraph Server, which bring their own checkpoints (langgraph.json). A run that brings
 * options under `configurable.drpo` (`optimize --remote`) is searched with them, else with those of the config.
 */
export function serveDrpo({ configurable = {} }: RunnableConfig = {}) {
  if (configurable[CONFIGURABLE_KEY] === undefined) return drpoGraph;
  const request = RunRequest.safeParse(configurable[CONFIGURABLE_KEY]);
  if (!request.success)
    throw new Error(
      `configurable.drpo: ${request.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}; is the server of the same version?`,
    );
  return 'about' in request.data
    ? servedGraphs.createInfoGraph()
    : servedGraphs.createRunGraph(request.data, String(configurable['thread_id'] ?? ''));
}

/** Stage 2 alone: every level is a checkpoint of the thread itself, which can be edited and continued. */
export const searchSystemPromptGraph = servedGraphs.watchInput(graphs.searchSystemPrompt(nodes, options));

/** Stage 1 alone. */
export const rewriteExamplesGraph = graphs.rewriteExamples(nodes, options);
