import { ASPECTS } from '../../state/aspects.ts';
import type { Example } from '../../state/example.ts';
import { makeBaseResponder, PERSONAS } from './baseResponder.ts';
import { examineResponse } from './writeJudgeReply.ts';
import { POPULATION_QUERIES } from './populationQueries.ts';
import { readQueryTraits } from './queryTraits.ts';
import { selectAspects } from './writeRewardReply.ts';

export interface TrueQualityOptions {
  /** The simulated base model. Default "terse". */
  base?: string;
  examples?: readonly Example[];
  /** The queries that measure the quality. Default `POPULATION_QUERIES`. */
  queries?: readonly string[];
}

const ASPECT_NAMES = ASPECTS.map((a) => a.name);

/** The expected mean reward, 1 to 5, of a system prompt in the simulated world, over many queries and without noise. */
export function computeTrueQuality(
  prompt: string,
  { base = 'terse', examples = [], queries = POPULATION_QUERIES }: TrueQualityOptions = {},
): number {
  const persona = PERSONAS.get(base);
  if (!persona)
    throw new RangeError(
      `base: expected one of ${[...PERSONAS.keys()].join(', ')}, got "${base}"; choose one of these`,
    );
  if (queries.length === 0) throw new RangeError('queries: expected at least one query, got none');
  const respond = makeBaseResponder(persona, prompt, examples, 0, []);
  return queries.reduce((sum, query) => sum + computeExpectedReward(query, respond(query)), 0) / queries.length;
}

/** The expected reward, 1 to 5, of one response: the mean over the aspects that the simulated reward model selects. */
export function computeExpectedReward(query: string, response: string): number {
  const traits = readQueryTraits(query);
  const aspects = selectAspects(traits, ASPECT_NAMES, 2, 5, 0);
  return aspects.reduce((sum, aspect) => sum + examineResponse(traits, response, aspect).points, 0) / aspects.length;
}
