import type { Decision, Question } from '../../graphs/approve.ts';

/** What a person has decided of a level so far. */
export type DecisionDraft = Exclude<Decision, 'accept'>;

/** What a line of a person's comes to: more of the decision, or something to do; a string says what was wrong with it. */
export type ParsedLine =
  | { draft: DecisionDraft }
  | { do: 'accept' }
  | { do: 'help' }
  | { show: string }
  | { edit: string }
  | { complaint: string };

export const createEmptyDraft = (): DecisionDraft => ({ edit: {}, score: {}, veto: [] });

export const APPROVAL_HELP = `  a                     accept the level, with what was said of it so far
  x N                   show candidate N whole: prompt, response, remarks
  e N [PROMPT]          edit N's prompt: its children are rewritten from it; without PROMPT in $EDITOR
  s N ASPECT=POINTS …   score N by hand, 1 to 5; an aspect that is not there is added; quote names with spaces: "Common sense"=4
  v N …                 veto: never expanded, never in the final
  u                     undo all that was said of this level
  ?                     this`;

/** Reads a person's line on a level. `N`: a candidate's number as it is listed, from 1, or its id. */
export function parseLine(
  line: string,
  draft: DecisionDraft,
  { candidates }: Pick<Question, 'candidates'>,
): ParsedLine {
  const [, verb = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  const idOf = (name: string): string | undefined =>
    candidates.find(({ id }) => id === name)?.id ?? (/^\d+$/.test(name) ? candidates[Number(name) - 1]?.id : undefined);
  const unknown = (name: string): ParsedLine => ({
    complaint: `expected a candidate, 1 to ${candidates.length} or its id, got ${name === '' ? 'nothing' : name}`,
  });
  const [first = '', ...others] = rest.split(/\s+/);
  const id = idOf(first);
  switch (verb) {
    case 'a':
      return { do: 'accept' };
    case 'u':
      return { draft: createEmptyDraft() };
    case 'x':
      return id === undefined ? unknown(first) : { show: id };
    case 'e':
      if (id === undefined) return unknown(first);
      return others.length ? { draft: addPromptEdit(draft, id, rest.slice(first.length).trim()) } : { edit: id };
    case 's':
      return id === undefined ? unknown(first) : parseScores(draft, id, rest.slice(first.length));
    case 'v': {
      const wrong = [first, ...others].find((name) => idOf(name) === undefined);
      if (wrong !== undefined) return unknown(wrong);
      const out = [first, ...others].flatMap((name) => idOf(name) ?? []);
      return { draft: { ...draft, veto: [...new Set([...draft.veto, ...out])] } };
    }
    case '':
    case '?':
      return { do: 'help' };
    default:
      return { complaint: `expected a, x, e, s, v, u or ?, got ${verb}` };
  }
}

export const addPromptEdit = (draft: DecisionDraft, id: string, prompt: string): DecisionDraft => ({
  ...draft,
  edit: { ...draft.edit, [id]: prompt },
});

/** `Clarity=4 "Common sense"=2` */
function parseScores(draft: DecisionDraft, id: string, text: string): ParsedLine {
  const pairs = [...text.matchAll(/(?:"([^"]+)"|([^\s="]+))=(\S+)/g)].map(
    ([, quoted, plain, points]) => [quoted ?? plain ?? '', Number(points)] as const,
  );
  const wrong = pairs.find(([, points]) => !(points >= 1 && points <= 5));
  if (pairs.length === 0) return { complaint: 'expected ASPECT=POINTS, such as Clarity=4, got nothing like it' };
  if (wrong) return { complaint: `expected 1 to 5 points, got something else for ${wrong[0]}` };
  return { draft: { ...draft, score: { ...draft.score, [id]: { ...draft.score[id], ...Object.fromEntries(pairs) } } } };
}
