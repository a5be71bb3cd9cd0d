/** The points that a biased judge adds. `place`: the position of the aspect, from 0, among `places`. */
export type JudgeBias = (judged: { response: string; place: number; places: number }) => number;

/** The length at which the "lavish" judge adds nothing. */
const NEUTRAL_LENGTH_WORDS = 40;

/** Planted biases by the name of the simulated judge, to test whether they are found. Other names have none. */
export const JUDGE_BIASES: ReadonlyMap<string, JudgeBias> = new Map<string, JudgeBias>([
  // 0.6 points more for each doubling of the length
  ['lavish', ({ response }) => 0.6 * Math.log2(response.split(/\s+/).length / NEUTRAL_LENGTH_WORDS)],
  // half a point more on the first aspect of the request, half a point less on the last
  ['hasty', ({ place, places }) => (places > 1 ? 0.5 - place / (places - 1) : 0)],
]);
