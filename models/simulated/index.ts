import { SimulatedChatModel, type SimulatedRole, type SimulatedSettings } from './model.ts';

export {
  NOISE,
  SimulatedChatModel,
  type Noise,
  type SimulatedCallOptions,
  type SimulatedRole,
  type SimulatedSettings,
} from './model.ts';
export { expectedReward, trueQuality, type TruthOptions } from './truth.ts';
export { PERSONAS, type Persona } from './base.ts';
export { LEANINGS, type Leaning } from './leanings.ts';
export { POPULATION } from './population.ts';

/** The embedded model of a role (`provider: "simulated"`): a simulation that never stands for a real model's result. */
export const simulatedModel = (role: SimulatedRole, settings: SimulatedSettings = {}): SimulatedChatModel =>
  new SimulatedChatModel(role, settings);
