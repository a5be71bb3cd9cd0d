import { CHANNELS_BEGIN, CLOSING, OPENING, splitThoughts, unwrapMarkedAnswer } from './thoughts.ts';

/** The answer of a reply that arrives in parts. */
export interface ThoughtFilter {
  /** What can be shown once a part has arrived. */
  push(part: string): string;
  /** What is left at the end of the reply. */
  end(): string;
}

/** Characters that a mark has at most. */
const MAX_MARK_CHARACTERS = 120;
const LEADING = new RegExp(`^\\s*(?:${OPENING})`);
const NEXT_LINE = new RegExp(`\\n[ \\t]*(?:${OPENING})`);
const END = new RegExp(CLOSING);
const MARK = new RegExp(`${OPENING}|${CLOSING}`);
/** The end of a text that may become a mark on a line of its own. */
const UNDECIDED_LINE = /\n[ \t]*(?:[<[◁][^\n>\]▷]*)?$/;
/** The beginning of a reply that may become a mark, or a channel without marks. */
const UNDECIDED_START =
  /^\s*(?:[<[◁][^\n>\]▷]*|<\|channel>\s*[a-z]*|(?:<\|start\|>\s*\w*|an?|anal?|analys?|analysis?|analysis\s*)(?:<[|\w]*)?)?$/;
const MARKED_ANSWER = /^\s*<(?:answer|response|output|\|begin_of_solution\||\|START_RESPONSE\|)>/;
const BARE_CHANNEL = /^\s*analysis(?=[\p{Lu}\p{Lo}"'{[])/u;

/** Where a filter is: inside a thought that may have been opened before, at the beginning, in a thought, in the answer, or in a reply that is read at its end. */
type FilterState = 'open' | 'start' | 'thought' | 'text' | 'whole';

/**
 * Creates a filter that removes thoughts from a reply while it arrives. `isOpen`: the reply may begin inside a thought that
 * the model's template opens, so nothing is shown before its closing mark or the end.
 */
export function createThoughtFilter(isOpen = false): ThoughtFilter {
  let state: FilterState = isOpen ? 'open' : 'start';
  let isAfterThought = false;
  let depth = 0;
  /** What came after the last closing mark inside a thought: the answer, if no other follows. */
  let held: string | null = null;
  let shown = '';
  let fresh = '';
  let rest = '';
  const show = (end: number): void => {
    fresh += rest.slice(0, end);
    shown += rest.slice(0, end);
    rest = rest.slice(end);
  };
  /** Each says whether the next state may go on with what is left. */
  const steps: Record<FilterState, () => boolean> = {
    whole: () => false,
    open: () => {
      const closing = END.exec(rest);
      return closing !== null && leaveThought(closing.index + closing[0].length);
    },
    thought: () => {
      for (let mark = MARK.exec(rest); mark; mark = MARK.exec(rest)) {
        const end = mark.index + mark[0].length;
        if (!END.test(mark[0])) [depth, held, rest] = [depth + 1, null, rest.slice(end)];
        else if (depth > 1) [depth, held, rest] = [depth - 1, '', rest.slice(end)];
        else return leaveThought(end);
      }
      const kept = Math.max(0, rest.length - MAX_MARK_CHARACTERS);
      if (held !== null) held += rest.slice(0, kept);
      rest = rest.slice(kept);
      return false;
    },
    start: () => {
      const opening = LEADING.exec(rest);
      if (opening) return enterThought(opening[0].length);
      if (CHANNELS_BEGIN.test(rest) || BARE_CHANNEL.test(rest) || (isAfterThought && MARKED_ANSWER.test(rest)))
        return ((state = 'whole'), false);
      if (rest.length < MAX_MARK_CHARACTERS && UNDECIDED_START.test(rest)) return false;
      if (isAfterThought) rest = (shown === '' ? '' : '\n') + rest.trimStart();
      state = 'text';
      return true;
    },
    text: () => {
      const opening = NEXT_LINE.exec(rest);
      if (opening && !isInCode(shown + rest.slice(0, opening.index))) {
        show(opening.index);
        return enterThought(opening[0].length);
      }
      const tail = Math.max(0, rest.length - MAX_MARK_CHARACTERS);
      const undecided = UNDECIDED_LINE.exec(rest.slice(tail));
      show(undecided ? tail + undecided.index : rest.length);
      return false;
    },
  };
  function enterThought(length: number): boolean {
    [state, rest, depth, held] = ['thought', rest.slice(length), 1, null];
    return true;
  }
  function leaveThought(length: number): boolean {
    [state, rest, isAfterThought] = ['start', rest.slice(length), true];
    return true;
  }
  return {
    push(part) {
      rest += part;
      fresh = '';
      while (steps[state]());
      return fresh;
    },
    end() {
      if (state === 'thought') {
        isAfterThought = held !== null;
        rest = held === null ? '' : held + rest;
        state = 'start';
      }
      const left = splitThoughts(rest).answer;
      rest = '';
      return isAfterThought && state !== 'text' ? unwrapMarkedAnswer(left.trimStart()) : left;
    },
  };
}

/** Whether a text ends inside a fenced block of code. */
const isInCode = (text: string): boolean => (text.match(/^[ \t]*(?:`{3,}|~{3,})/gm) ?? []).length % 2 === 1;
