import { isFormText } from '../prompts/isFormText.ts';
import { createReplyReader } from '../prompts/reply.ts';
import {
  createRewriteExampleForm,
  renderRewriteExamplePrompt,
  RewriteExampleReply,
  type RewriteExampleVariables,
} from '../prompts/rewriteExample.ts';
import { removeOpeningThoughts } from '../prompts/thoughts.ts';
import { askModel } from './askModel.ts';
import type { ModelStepOptions } from './modelQuestion.ts';
import type { RewriteExample } from './node.ts';

/** Options of `makeRewriteExample`. */
export type RewriteExampleOptions = ModelStepOptions<RewriteExampleVariables>;

/** Makes the step of stage 1 in which the optimizer writes a better response to the same query: s' = T(s, a) of Algorithm 1. */
export function makeRewriteExample({
  prompt = renderRewriteExamplePrompt,
  ...ask
}: RewriteExampleOptions): RewriteExample {
  return async function rewriteExample(reads, config) {
    const read = createReplyReader(RewriteExampleReply);
    const [reading] = await askModel({
      ...ask,
      step: 'rewriteExample',
      text: prompt(reads),
      read,
      form: createRewriteExampleForm,
      config,
    });
    if (!reading || 'complaint' in reading) return { response: null, missing: reading?.complaint ?? 'no reply' };
    const written = reading.value.new_response;
    if (ask.isPlain) return { response: unwrapAnswer(written) };
    const response = unwrapAnswer(cleanResponse(written));
    if (response.trim() === '') return { response: null, missing: 'the new response was empty' };
    if (isFormText(response)) return { response: null, missing: 'it was the form’s own words' };
    return { response };
  };
}

/** Removes the <START> and <END> that the reference's files and some optimizers put around an answer. */
export function unwrapAnswer(answer: string): string {
  const wrapped = /^\s*<START>\s*\n?([\s\S]*?)\n?\s*<END>\s*$/.exec(answer);
  return wrapped?.[1] ?? answer;
}

/** An optimizer's response without a thought before it and without the tag of the request around it. */
function cleanResponse(text: string): string {
  const answer = removeOpeningThoughts(text);
  return /^\s*<response>\s*([\s\S]*?)\s*<\/response>\s*$/.exec(answer)?.[1] ?? answer;
}
