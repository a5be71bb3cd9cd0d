import { SimulatedChatModel, type SimulatedRole, type SimulatedSettings } from './simulatedChatModel.ts';

export {
  DEFAULT_NOISE,
  SimulatedChatModel,
  type NoiseLevels,
  type SimulatedCallOptions,
  type SimulatedRole,
  type SimulatedSettings,
} from './simulatedChatModel.ts';
export { computeTrueQuality, type TrueQualityOptions } from './trueQuality.ts';
export { POPULATION_QUERIES } from './populationQueries.ts';

/** The simulated model of one role (`provider: "simulated"`). Its scores say nothing about a real model. */
export const createSimulatedModel = (role: SimulatedRole, settings: SimulatedSettings = {}): SimulatedChatModel =>
  new SimulatedChatModel(role, settings);

/**
 * The simulated models of all four roles: free, offline and the same in every run. Their scores say nothing about a real model.
 *
 * @example
 * import { drpo, paperNodes } from 'drpo';
 * import { computeTrueQuality, createSimulatedModels } from 'drpo/simulated';
 *
 * const graph = drpo(paperNodes(createSimulatedModels({ seed: 1 })), { depth: 3, final: null });
 * const { bestPrompt } = await graph.invoke({ queries: ['How do tides work?', 'Plan a picnic.', 'What is a loan?'] });
 * console.log(computeTrueQuality(bestPrompt));
 */
export const createSimulatedModels = (settings: SimulatedSettings = {}): Record<SimulatedRole, SimulatedChatModel> => ({
  base: createSimulatedModel('base', settings),
  reward: createSimulatedModel('reward', settings),
  judge: createSimulatedModel('judge', settings),
  optimizer: createSimulatedModel('optimizer', settings),
});
