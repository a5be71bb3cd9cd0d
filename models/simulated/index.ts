import { SimulatedChatModel, type SimulatedRole, type SimulatedSettings } from './simulatedChatModel.ts';

export {
  DEFAULT_NOISE,
  SimulatedChatModel,
  type NoiseLevels,
  type SimulatedCallOptions,
  type SimulatedRole,
  type SimulatedSettings,
} from './simulatedChatModel.ts';
export { computeExpectedReward, computeTrueQuality, type TrueQualityOptions } from './trueQuality.ts';
export { PERSONAS, type Persona } from './baseResponder.ts';
export { JUDGE_BIASES, type JudgeBias } from './judgeBiases.ts';
export { POPULATION_QUERIES } from './populationQueries.ts';

/** The embedded model of a role (`provider: "simulated"`): a simulation that never stands for a real model's result. */
export const createSimulatedModel = (role: SimulatedRole, settings: SimulatedSettings = {}): SimulatedChatModel =>
  new SimulatedChatModel(role, settings);
