import { Send } from '@langchain/langgraph';
import type { SearchState } from '../../state/channels.ts';
import { ROOT_ESTIMATE } from '../../state/estimate.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { getQueryDetails, getQueryText, pickExamples } from '../queryData.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import type { FinalOptions } from '../finalOptions.ts';
import { selectFinalists } from './finalists.ts';
import { countFinalQueries, countQueries, getHeldOutIndices, splitHeldOut } from './heldOutQueries.ts';

/** What the final takes from a search: its data, the pool of finalists, and the last beam, best first. */
export type FinalInput = Pick<typeof SearchState.State, 'queries' | 'exampleIndices' | 'examples' | 'finalistPool'> & {
  beam: readonly Candidate[];
};

/** Sends the first prompt and its best rivals into the final. Returns null if there is no final, no rival or no query for it. */
export function enterFinal(
  state: FinalInput,
  options: ResolvedSearchOptions,
  final: FinalOptions | null,
): Send[] | null {
  const { initialPrompt } = options;
  const heldOut = getHeldOutIndices(state.queries, options).map((index) => ({
    index,
    query: getQueryText(state, index),
    details: getQueryDetails(state, index),
    examples: pickExamples(state, index),
  }));
  const rivals = final ? selectFinalists(state.finalistPool, state.beam, initialPrompt, final.candidates) : [];
  if (!final || rivals.length === 0 || heldOut.length === 0) return null;
  const { training } = countQueries(state.queries);
  const [spare, own] = [
    heldOut.filter(({ index }) => index < training),
    heldOut.filter(({ index }) => index >= training),
  ];
  const { selection, proof } = splitHeldOut(spare, own, final);
  const first = { id: '0', prompt: initialPrompt, depth: 0, value: 0, quality: ROOT_ESTIMATE };
  return [
    new Send('compareOnHeldOut', {
      entrants: [first, ...rivals],
      remainingIds: rivals.map(({ id }) => id),
      selectionQueries: selection,
      proofQueries: proof,
      notes: noteShortage(heldOut.length, countFinalQueries(options)),
      round: 0,
    }),
  ];
}

const noteShortage = (heldOut: number, wanted: number): string[] =>
  heldOut < wanted
    ? [`only ${heldOut === 1 ? '1 query was' : `${heldOut} queries were`} left to be held out, ${wanted} were wanted`]
    : [];
