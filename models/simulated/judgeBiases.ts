/** What a judge lets itself be moved by besides the matter, in points; `place`: the aspect's, from 0, of so many. */
export type JudgeBias = (seen: { response: string; place: number; places: number }) => number;

/** Words of a response that leave a lavish judge as it is. */
const NEUTRAL_LENGTH_WORDS = 40;

/** Judges with a bias planted, by the model's name ("simulated" judges of other names have none): for trying whether it is found. */
export const JUDGE_BIASES: ReadonlyMap<string, JudgeBias> = new Map<string, JudgeBias>([
  // six tenths of a point more for each doubling of length
  ['lavish', ({ response }) => 0.6 * Math.log2(response.split(/\s+/).length / NEUTRAL_LENGTH_WORDS)],
  // half a point more on the first aspect asked for, half a point less on the last
  ['hasty', ({ place, places }) => (places > 1 ? 0.5 - place / (places - 1) : 0)],
]);
