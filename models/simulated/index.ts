import { SimulatedChatModel, type SimulatedRole, type SimulatedSettings } from './model.ts';

export {
  DEFAULT_NOISE,
  SimulatedChatModel,
  type NoiseLevels,
  type SimulatedCallOptions,
  type SimulatedRole,
  type SimulatedSettings,
} from './model.ts';
export { computeExpectedReward, computeTrueQuality, type TrueQualityOptions } from './truth.ts';
export { PERSONAS, type Persona } from './base.ts';
export { JUDGE_BIASES, type JudgeBias } from './leanings.ts';
export { POPULATION_QUERIES } from './population.ts';

/** The embedded model of a role (`provider: "simulated"`): a simulation that never stands for a real model's result. */
export const createSimulatedModel = (role: SimulatedRole, settings: SimulatedSettings = {}): SimulatedChatModel =>
  new SimulatedChatModel(role, settings);
