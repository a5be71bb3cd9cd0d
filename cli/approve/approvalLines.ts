import type { Decision, Question } from '../../graphs/approve.ts';

/** What a person has decided about a level so far. */
export type DecisionDraft = Exclude<Decision, 'accept'>;

/** What a person's line means: a changed decision, an action, or a complaint about the line. */
export type ParsedLine =
  | { draft: DecisionDraft }
  | { do: 'accept' }
  | { do: 'help' }
  | { show: string }
  | { edit: string }
  | { complaint: string };

export const createEmptyDraft = (): DecisionDraft => ({ edit: {}, score: {}, veto: [] });

export const APPROVAL_HELP = `  a                     accept the level with your changes so far
  x N                   show all of candidate N: prompt, response, remarks
  e N [PROMPT]          edit N's prompt, from which its children are rewritten; without PROMPT in $EDITOR
  s N ASPECT=POINTS …   score N by hand, 1 to 5; a new aspect is added; quote names with spaces: "Common sense"=4
  v N …                 veto: N is not expanded and not in the final
  u                     undo all your changes to this level
  ?                     show this help`;

/** Parses a person's line about a level. A candidate is named by its number in the list, from 1, or by its id. */
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
  if (pairs.length === 0) return { complaint: 'expected ASPECT=POINTS, such as Clarity=4, got none' };
  if (wrong) return { complaint: `expected 1 to 5 points for ${wrong[0]}, got something else` };
  return { draft: { ...draft, score: { ...draft.score, [id]: { ...draft.score[id], ...Object.fromEntries(pairs) } } } };
}
