import { estimateTokens } from '../../state/estimateTokens.ts';
import { estimatePromptTokens } from '../estimatePromptTokens.ts';
import type { ModelRequest, Reply } from '../transport.ts';

/** How far estimates may be from what an endpoint counts, as a factor. */
const MAX_FACTOR = 3;
/** What one request may show, so that a strange text does not outweigh many requests. */
const MAX_EVIDENCE = 1;

/**
 * Learns whether an endpoint's usage counts all completions of a request or one of them, as llama.cpp's server does. The
 * count is compared with estimates for both, on the scale of the prompt's own count. All requests so far decide together.
 */
export class ChoiceCounting {
  readonly #evidenceByModel = new Map<string, number>();

  /**
   * The tokens of completions that a usage leaves out, estimated from their texts; 0 if it counts all.
   * @param output the tokens that were reported
   * @param maxTokens the limit of one completion, if one was sent
   */
  estimateUncounted(
    model: string,
    { prompt }: Pick<ModelRequest, 'prompt'>,
    { texts, finish, usage }: Reply,
    output: number,
    maxTokens: number | null,
  ): number {
    if (texts.filter((text) => text !== '').length < 2) return 0;
    const scale = computeScale(usage?.input, estimatePromptTokens(prompt));
    const estimates = texts.map((text) => scale * estimateTokens(text));
    const total = estimates.reduce((sum, tokens) => sum + tokens, 0);
    const counted = estimates.toSorted((a, b) => computeDistance(a, output) - computeDistance(b, output))[0] ?? 0;
    const evidence =
      (this.#evidenceByModel.get(model) ?? 0) +
      (weighLimit(finish, output, maxTokens) ?? compareDistances(output, counted, total));
    this.#evidenceByModel.set(model, evidence);
    if (evidence <= 0) return 0;
    const others = (total - counted) * computeScale(output, counted);
    return Math.round(maxTokens === null ? others : Math.min(others, (texts.length - 1) * maxTokens));
  }
}

/** What the limit proves: a count above it is of several completions; a count of just the limit, where one was cut, is of that one. */
function weighLimit(finish: readonly string[], output: number, maxTokens: number | null): number | null {
  if (maxTokens === null) return null;
  if (output > maxTokens) return -Infinity;
  return output === maxTokens && finish.includes('length') ? 2 * MAX_EVIDENCE : null;
}

/** Above 0 if a count is nearer to one completion than to all; 0 if it is near neither. */
function compareDistances(output: number, one: number, all: number): number {
  const [toOne, toAll] = [computeDistance(output, one), computeDistance(output, all)];
  if (Math.min(toOne, toAll) > Math.log(MAX_FACTOR)) return 0;
  return Math.max(-MAX_EVIDENCE, Math.min(MAX_EVIDENCE, toAll - toOne));
}

const computeDistance = (a: number, b: number): number => Math.abs(Math.log(a / b));

/** Counted by estimated tokens; 1 if that is not to be believed. */
function computeScale(counted: number | undefined, estimated: number): number {
  const scale = (counted ?? 0) / estimated;
  return scale > 1 / MAX_FACTOR && scale < MAX_FACTOR ? scale : 1;
}
