import { writeResponse } from './baseResponder.ts';
import { isApplicable } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { FLAWS } from './flaws.ts';
import { hashParts, drawUniform, type SeedPart } from './seededDraws.ts';
import { OPENING_BEHAVIOURS } from './openingBehaviours.ts';
import { readQueryTraits } from './queryTraits.ts';
import { readSections } from './requestSections.ts';
import { findWantedBehaviours } from './findWantedBehaviours.ts';
import { rewritePrompt } from './rewritePrompt.ts';

/** Replies to an optimizer's request with a new prompt (prompts/rewriteSystemPrompt.ts) or response (prompts/rewriteExample.ts). */
export function writeOptimizerReply(text: string, key: readonly SeedPart[]): string {
  const labels = [...text.matchAll(/^<(earlier-versions|system-prompt|query)(?:-\d+)?>$/gm)].map(([, label]) => label);
  if (labels[0] === 'query') {
    const [query = '', response = '', evaluation = ''] = readSections(text, ['query', 'response', 'evaluation']).parts;
    const seed = [hashParts(query, response, evaluation, ...key)];
    return formatReply(evaluation, { new_response: rewriteResponse(query, response, evaluation, seed) });
  }
  const earlier = labels[0] === 'earlier-versions' ? ['earlier-versions'] : [];
  const { parts } = readSections(text, [...earlier, 'system-prompt', 'query', 'response', 'evaluation']);
  const [prompt = '', query = '', response = '', evaluation = ''] = parts.slice(earlier.length);
  const seed = [hashParts(prompt, query, response, evaluation, ...key)];
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

/** Adds what the remarks miss and removes flaws. Each addition is overlooked with chance 0.2. An unsafe response is replaced. */
function rewriteResponse(query: string, response: string, evaluation: string, key: readonly SeedPart[]): string {
  const traits = readQueryTraits(query);
  const wants = findWantedBehaviours(evaluation);
  const missing = BEHAVIOURS.filter(
    (b) =>
      wants.has(b.name) &&
      isApplicable(b, traits.kinds) &&
      !b.responsePattern.test(response) &&
      drawUniform(...key, b.name) > 0.2,
  );
  const isUnsafe = FLAWS.some((f) => f.name === 'unsafe' && f.responsePattern.test(response));
  const kept = isUnsafe ? '' : removeFlaws(response);
  const write = (isOpening: boolean): string => {
    const behaviours = missing.filter((b) => OPENING_BEHAVIOURS.includes(b) === isOpening);
    return behaviours.length
      ? writeResponse(traits, behaviours, [], ...key).replace(/ ?Simulated answer about [^.\n]*\./, '')
      : '';
  };
  return (
    [write(true), kept, write(false)].filter(Boolean).join('\n').trim() || writeResponse(traits, missing, [], ...key)
  );
}

/** Removes the sentences with a flaw. */
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
