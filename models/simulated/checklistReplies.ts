import { isApplicable } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { FLAWS } from './flaws.ts';
import { readQueryTraits, type QueryTraits } from './queryTraits.ts';
import { parseLastObject, readSections } from './requestSections.ts';
import { drawUniform, type SeedPart } from './seededDraws.ts';

/** Items of an aspect at most. */
const MOST_ITEMS = 5;
/** How often a judge answers an item wrongly for each point of its noise. */
const WRONG_SHARE_PER_POINT = 0.1;

/** Whether a request's reply is a list for each aspect: a checklist (prompts/writeChecklist.ts). */
export const isChecklistRequest = (text: string): boolean =>
  parseLastObject(text).some(([, form]) => Array.isArray(form));

/** Whether a request asks for answers to a checklist (prompts/answerChecklist.ts). */
export const isAnswersRequest = (text: string): boolean =>
  parseLastObject(text).some(([, form]) => typeof form === 'object' && form !== null && 'item1' in form);

/** Writes a checklist: the behaviours that an aspect asks for on such a query, and the flaws that it punishes. */
export function writeChecklistReply(text: string): string {
  const [query = ''] = readSections(text, ['query']).parts;
  const traits = readQueryTraits(query);
  return JSON.stringify(
    Object.fromEntries(parseLastObject(text).map(([aspect]) => [aspect, listItems(traits, aspect)])),
  );
}

function listItems(traits: QueryTraits, aspect: string): string[] {
  const wanted = BEHAVIOURS.filter((b) => (b.aspectWeights[aspect] ?? 0) > 0 && isApplicable(b, traits.kinds))
    .toSorted((a, b) => (b.aspectWeights[aspect] ?? 0) - (a.aspectWeights[aspect] ?? 0))
    .slice(0, MOST_ITEMS - 1)
    .map(({ noun }) => `Does the response show ${noun}?`);
  const flaws = FLAWS.filter((f) => (f.aspectPenalties[aspect] ?? 0) > 0)
    .slice(0, MOST_ITEMS - wanted.length)
    .map(({ complaint }) => `Is the response free of ${complaint}?`);
  const items = [...wanted, ...flaws];
  return items.length > 0 ? items : ['Does the response answer the query?'];
}

/** Replies to the items of a checklist from what the response shows. `noise`: that of a judge's points. */
export function writeAnswersReply(text: string, noise: number, key: readonly SeedPart[]): string {
  const {
    head,
    parts: [query = '', response = ''],
  } = readSections(text, ['query', 'response']);
  const items = [...head.matchAll(/^(?:- ([^:\n]+):|  (item\d+)\. ([^\n]+))/gm)];
  const answers: Record<string, Record<string, string>> = {};
  let aspect = '';
  for (const [, name, item, question = ''] of items) {
    if (name !== undefined) answers[(aspect = name)] = { rationale: 'Simulated check.' };
    else if (item !== undefined) {
      const isWrong = drawUniform('item', query, response, question, ...key) < WRONG_SHARE_PER_POINT * noise;
      answers[aspect] = { ...answers[aspect], [item]: isMet(question, response) === isWrong ? 'no' : 'yes' };
    }
  }
  return JSON.stringify(answers, null, 2);
}

function isMet(question: string, response: string): boolean {
  const wanted = BEHAVIOURS.find(({ noun }) => question === `Does the response show ${noun}?`);
  if (wanted) return wanted.responsePattern.test(response);
  const flaw = FLAWS.find(({ complaint }) => question === `Is the response free of ${complaint}?`);
  return flaw ? !flaw.responsePattern.test(response) : /\w/.test(response);
}
