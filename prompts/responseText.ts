import { removeRepetition } from './removeRepetition.ts';
import { redactQuotedMarks, splitThoughts } from './thoughts.ts';

/** Why a response is shorter than the base model's reply, or missing. */
export type ResponseCut = 'thought' | 'layout' | 'repetition';

/** A base model's response as its users see it. `missing` says why there is none. */
export interface ResponseText {
  response: string;
  missing?: string;
  /** What happened to the reply, for the accounts of a run. */
  cuts: ResponseCut[];
}

/** How a base model's reply came about. */
export interface ResponseOrigin {
  /** Whether the request was the plain layout, whose headings the model may go on with. */
  isPlain: boolean;
  /** Whether the reply ended at the token limit. */
  isLimited: boolean;
}

/** Where the plain layout ends: at the mark after an answer, at a token that ends texts, or at the next heading. */
const LAYOUT_END =
  /<END\b|<\|(?:eot_id|endoftext|end_of_text|im_end)\|>|<\/s>|<eos>|<end_of_turn>|^[ \t]*(?:#[ \t]*(?:Query|Answer)\s*:|#\s?instructions\s*$|<START>\s*$)/im;

const LIMIT_SPENT =
  'the token limit was spent before the answer began, as on a thought; raise models.base.maxTokens or lower its reasoning effort';

/** Reads a base model's reply: without thoughts, without what follows the layout's end, and without a repetition to the limit. */
export function readResponse(reply: string, { isPlain, isLimited }: ResponseOrigin): ResponseText {
  const { answer, hasThoughts, isCutOff } = splitThoughts(reply);
  if (isCutOff)
    return {
      response: '',
      missing: 'the reply ended inside a thought; raise models.base.maxTokens or lower its reasoning effort',
      cuts: ['thought'],
    };
  const laidOut = isPlain ? cutAtLayoutEnd(answer) : answer;
  const hasEnded = laidOut !== answer;
  const once = isLimited && !hasEnded ? removeRepetition(laidOut) : laidOut;
  const response = isPlain ? once.trim() : once;
  const cuts: ResponseCut[] = hasEnded ? ['layout'] : once !== laidOut ? ['repetition'] : [];
  if (response.trim() !== '') return { response, cuts };
  if (isLimited && answer.trim() === '') return { response: '', missing: LIMIT_SPENT, cuts: ['thought'] };
  return {
    response: '',
    missing: hasThoughts ? 'the reply was a thought and nothing else' : 'the reply was empty',
    cuts,
  };
}

function cutAtLayoutEnd(answer: string): string {
  const text = answer.replace(/^\s*(?:#[ \t]*Answer[ \t]*:)?\s*(?:<START>\s*)?/i, '');
  const end = redactQuotedMarks(text).search(LAYOUT_END);
  return end < 0 ? text : text.slice(0, end);
}
