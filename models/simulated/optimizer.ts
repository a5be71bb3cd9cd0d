import { write } from './base.ts';
import { BEHAVIOURS, fits, OPENINGS } from './behaviours.ts';
import { FLAWS } from './flaws.ts';
import { hash, uniform, type Part } from './hash.ts';
import { traitsOf } from './queries.ts';
import { sections } from './read.ts';
import { wanted } from './remarks.ts';
import { rewritePrompt } from './rewritePrompt.ts';

/** An optimizer's reply to a request: a new system prompt (prompts/rewriteSystemPrompt.ts), or a new response (prompts/rewriteExample.ts). */
export function optimize(text: string, key: readonly Part[]): string {
  const seed = [hash(text, ...key)];
  if (!/^<system-prompt(-\d+)?>$/m.test(text.slice(0, 2000))) {
    const [query = '', response = '', evaluation = ''] = sections(text, ['query', 'response', 'evaluation']).parts;
    return reply(evaluation, { new_response: rewriteExample(query, response, evaluation, seed) });
  }
  const [prompt = '', query = '', , evaluation = ''] = sections(text, [
    'system-prompt',
    'query',
    'response',
    'evaluation',
  ]).parts;
  return reply(evaluation, { new_system_prompt: rewritePrompt(prompt, query, evaluation, seed) });
}

const reply = (evaluation: string, result: Record<string, string>): string => {
  const wants = [...wanted(evaluation).keys()].join(', ');
  return JSON.stringify({
    analysis: `Simulated reading: the remarks ask for ${wants || 'nothing'}.`,
    thought: 'Mend that, keep the rest.',
    ...result,
  });
};

/** The response with what the remarks miss, without its flaws; now and then one of these is overlooked. An unsafe one is written anew. */
function rewriteExample(query: string, response: string, evaluation: string, key: readonly Part[]): string {
  const traits = traitsOf(query);
  const wants = wanted(evaluation);
  const lacks = BEHAVIOURS.filter(
    (b) => wants.has(b.name) && fits(b, traits.kinds) && !b.seen.test(response) && uniform(...key, b.name) > 0.2,
  );
  const unsafe = FLAWS.some((f) => f.name === 'unsafe' && f.seen.test(response));
  const kept = unsafe ? '' : withoutFlaws(response);
  const more = (opens: boolean): string => {
    const behaviours = lacks.filter((b) => OPENINGS.includes(b) === opens);
    return behaviours.length
      ? write(traits, behaviours, [], ...key).replace(/ ?Simulated answer about [^.\n]*\./, '')
      : '';
  };
  return [more(true), kept, more(false)].filter(Boolean).join('\n').trim() || write(traits, lacks, [], ...key);
}

/** A text without the sentences that carry a flaw. */
const withoutFlaws = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .split(/(?<=[.!?]) /)
        .filter((sentence) => !FLAWS.some((f) => f.seen.test(sentence)))
        .join(' '),
    )
    .join('\n')
    .trim();
