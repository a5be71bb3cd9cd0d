import { writeResponse } from './baseResponder.ts';
import { BEHAVIOURS, isApplicable, OPENINGS } from './behaviours.ts';
import { FLAWS } from './flaws.ts';
import { hashParts, drawUniform, type SeedPart } from './seededDraws.ts';
import { readQueryTraits } from './queryTraits.ts';
import { readSections } from './requestSections.ts';
import { findWantedBehaviours } from './findWantedBehaviours.ts';
import { rewritePrompt } from './rewritePrompt.ts';

/** An optimizer's reply to a request: a new system prompt (prompts/rewriteSystemPrompt.ts), or a new response (prompts/rewriteExample.ts). */
export function writeOptimizerReply(text: string, key: readonly SeedPart[]): string {
  const seed = [hashParts(text, ...key)];
  if (!/^<system-prompt(-\d+)?>$/m.test(text.slice(0, 2000))) {
    const [query = '', response = '', evaluation = ''] = readSections(text, ['query', 'response', 'evaluation']).parts;
    return formatReply(evaluation, { new_response: rewriteResponse(query, response, evaluation, seed) });
  }
  const [prompt = '', query = '', , evaluation = ''] = readSections(text, [
    'system-prompt',
    'query',
    'response',
    'evaluation',
  ]).parts;
  return formatReply(evaluation, { new_system_prompt: rewritePrompt(prompt, query, evaluation, seed) });
}

const formatReply = (evaluation: string, result: Record<string, string>): string => {
  const wants = [...findWantedBehaviours(evaluation).keys()].join(', ');
  return JSON.stringify({
    analysis: `Simulated reading: the remarks ask for ${wants || 'nothing'}.`,
    thought: 'Mend that, keep the rest.',
    ...result,
  });
};

/** The response with what the remarks miss, without its flaws; now and then one of these is overlooked. An unsafe one is written anew. */
function rewriteResponse(query: string, response: string, evaluation: string, key: readonly SeedPart[]): string {
  const traits = readQueryTraits(query);
  const wants = findWantedBehaviours(evaluation);
  const lacks = BEHAVIOURS.filter(
    (b) =>
      wants.has(b.name) &&
      isApplicable(b, traits.kinds) &&
      !b.responsePattern.test(response) &&
      drawUniform(...key, b.name) > 0.2,
  );
  const unsafe = FLAWS.some((f) => f.name === 'unsafe' && f.responsePattern.test(response));
  const kept = unsafe ? '' : removeFlaws(response);
  const more = (opens: boolean): string => {
    const behaviours = lacks.filter((b) => OPENINGS.includes(b) === opens);
    return behaviours.length
      ? writeResponse(traits, behaviours, [], ...key).replace(/ ?Simulated answer about [^.\n]*\./, '')
      : '';
  };
  return [more(true), kept, more(false)].filter(Boolean).join('\n').trim() || writeResponse(traits, lacks, [], ...key);
}

/** A text without the sentences that carry a flaw. */
const removeFlaws = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .split(/(?<=[.!?]) /)
        .filter((sentence) => !FLAWS.some((f) => f.responsePattern.test(sentence)))
        .join(' '),
    )
    .join('\n')
    .trim();
