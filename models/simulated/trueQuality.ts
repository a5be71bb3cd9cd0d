import { ASPECTS } from '../../state/aspects.ts';
import type { Example } from '../../state/example.ts';
import { makeBaseResponder, PERSONAS } from './baseResponder.ts';
import { examineResponse } from './writeJudgeReply.ts';
import { POPULATION_QUERIES } from './populationQueries.ts';
import { readQueryTraits } from './queryTraits.ts';
import { selectAspects } from './writeRewardReply.ts';

export interface TrueQualityOptions {
  /** Which simulated base model; "terse" unless told. */
  base?: string;
  examples?: readonly Example[];
  /** The queries to judge by; a sample of our own unless told. */
  queries?: readonly string[];
}

const ASPECT_NAMES = ASPECTS.map((a) => a.name);

/** The expected mean reward, 1 to 5, of a system prompt in the simulated world: noise off, over a population of queries. */
export function computeTrueQuality(
  prompt: string,
  { base = 'terse', examples = [], queries = POPULATION_QUERIES }: TrueQualityOptions = {},
): number {
  const persona = PERSONAS.get(base);
  if (!persona)
    throw new RangeError(`trueQuality: expected a base of ${[...PERSONAS.keys()].join(', ')}, got "${base}"`);
  if (queries.length === 0) throw new RangeError('trueQuality: expected at least one query, got none');
  const respond = makeBaseResponder(persona, prompt, examples, 0, []);
  return queries.reduce((sum, query) => sum + computeExpectedReward(query, respond(query)), 0) / queries.length;
}

/** The expected reward, 1 to 5, of one response: the mean over the aspects a simulated reward model selects for the query. */
export function computeExpectedReward(query: string, response: string): number {
  const traits = readQueryTraits(query);
  const aspects = selectAspects(traits, ASPECT_NAMES, 2, 5, 0);
  return aspects.reduce((sum, aspect) => sum + examineResponse(traits, response, aspect).points, 0) / aspects.length;
}
