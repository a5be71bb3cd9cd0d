import type { Question } from '../../graphs/approve.ts';
import { toPrintable } from '../../run/progress.ts';
import type { DecisionDraft } from './approvalLines.ts';

type ShownCandidate = Question['candidates'][number];
/** Characters of a prompt in the overview. */
const MAX_PREVIEW_CHARACTERS = 400;

const formatPoints = (n: number | null): string => (n === null ? '–' : n.toFixed(2));

/** Renders a level for a person: its query, and each candidate's scores and the start of its prompt. */
export function renderLevel({ level, query, candidates, complaint }: Question): string {
  return [
    '',
    `Level ${level}, on the query: ${toPrintable(query)}`,
    ...candidates.flatMap((c, i) => [`  ${i + 1}  ${renderHeading(c)}`, indentText(shortenPrompt(c.prompt))]),
    ...(complaint === undefined ? [] : [`The last decision could not be used: ${toPrintable(complaint)}`]),
  ].join('\n');
}

/** Renders all of a candidate. */
export function renderCandidate(candidate: ShownCandidate): string {
  const { prompt, response, evaluation } = candidate;
  const remarks = Object.entries(evaluation).map(
    ([name, s]) => `${name} ${Math.round(s.score * 100) / 100} of 5${s.rationale && `: ${s.rationale}`}`,
  );
  return [
    renderHeading(candidate),
    'Prompt:',
    indentText(prompt),
    'Response:',
    indentText(response),
    ...(remarks.length ? ['Remarks:', indentText(remarks.join('\n'))] : ['Not judged.']),
  ].join('\n');
}

/** Summarizes the changes to a level so far; empty without any. */
export const summarizeDraft = ({ edit, score, veto }: DecisionDraft): string => {
  const parts = [
    ...Object.keys(edit).map((id) => `${id} edited`),
    ...Object.entries(score).map(
      ([id, s]) =>
        `${id} scored ${Object.entries(s)
          .map(([a, p]) => `${a}=${p}`)
          .join(' ')}`,
    ),
    ...veto.map((id) => `${id} vetoed`),
  ];
  return toPrintable(parts.join(' · '));
};

const renderHeading = ({ id, reward, value, evaluation }: ShownCandidate): string =>
  toPrintable(
    [
      `${id}: reward ${formatPoints(reward)}, path ${formatPoints(value)}`,
      ...Object.entries(evaluation).map(([name, { score }]) => `${name} ${score}`),
    ].join(' · '),
  );
const shortenPrompt = (text: string): string =>
  text.length > MAX_PREVIEW_CHARACTERS ? `${text.slice(0, MAX_PREVIEW_CHARACTERS)} …` : text;
const indentText = (text: string): string => toPrintable(text).replaceAll(/^/gm, '       ');
