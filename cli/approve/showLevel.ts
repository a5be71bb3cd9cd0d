import type { Question } from '../../graphs/approve.ts';
import { printable } from '../../run/progress.ts';
import type { Draft } from './approvalLines.ts';

type Shown = Question['candidates'][number];
/** Characters of a prompt in the overview. */
const SHORT = 400;

const points = (n: number | null): string => (n === null ? '–' : n.toFixed(2));

/** A level as a person sees it: what was asked, and of each candidate its points and the beginning of its prompt. */
export function overview({ level, query, candidates, complaint }: Question): string {
  return [
    '',
    `Level ${level}, on the query: ${printable(query)}`,
    ...candidates.flatMap((c, i) => [`  ${i + 1}  ${head(c)}`, indented(shortened(c.prompt))]),
    ...(complaint === undefined ? [] : [`That could not be used: ${printable(complaint)}`]),
  ].join('\n');
}

/** One candidate whole. */
export function whole(candidate: Shown): string {
  const { prompt, response, evaluation } = candidate;
  const remarks = Object.entries(evaluation).map(([name, s]) => `${name} ${s.score} of 5: ${s.rationale}`);
  return [
    head(candidate),
    'Prompt:',
    indented(prompt),
    'Response:',
    indented(response),
    ...(remarks.length ? ['Remarks:', indented(remarks.join('\n'))] : ['Not judged.']),
  ].join('\n');
}

/** What was said of a level so far. */
export const pending = ({ edit, score, veto }: Draft): string => {
  const parts = [
    ...Object.keys(edit).map((id) => `${id} edited`),
    ...Object.entries(score).map(
      ([id, s]) =>
        `${id} scored ${Object.entries(s)
          .map(([a, p]) => `${a}=${p}`)
          .join(' ')}`,
    ),
    ...veto.map((id) => `${id} out`),
  ];
  return printable(parts.join(' · '));
};

const head = ({ id, reward, value, evaluation }: Shown): string =>
  printable(
    [
      `${id}: reward ${points(reward)}, path ${points(value)}`,
      ...Object.entries(evaluation).map(([name, { score }]) => `${name} ${score}`),
    ].join(' · '),
  );
const shortened = (text: string): string => (text.length > SHORT ? `${text.slice(0, SHORT)} …` : text);
const indented = (text: string): string => printable(text).replaceAll(/^/gm, '       ');
