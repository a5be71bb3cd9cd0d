import { isRareWord } from '../../nodes/guards/trainingTexts.ts';
import { splitWords } from '../../state/promptFingerprint.ts';
import { pickMiddleWords, findRefusal } from './guardTrials.ts';
import { OVERFIT_SUPPORT_RULES, SUPPORT_PROMPT, SUPPORT_QUERIES, SUPPORT_RULES } from './supportData.ts';

const training = { queries: SUPPORT_QUERIES, examples: [] };
const isOwn = (word: string): boolean => isRareWord(word, training) && !splitWords(SUPPORT_PROMPT).includes(word);

/** Rules for one question alone; null if it has no words for one. */
const PLANTERS: Readonly<Record<string, (query: string, own: readonly string[]) => string | null>> = {
  'two of its own words': (_, [a, b]) => (a && b ? `When asked of ${a} or ${b}, take special care.` : null),
  'three of its own words': (_, [a, b, c]) =>
    a && b && c ? `If a question is about ${a} and ${b} and ${c}, answer with more detail.` : null,
  'all of its own words': (_, own) =>
    own.length < 4 ? null : `Have an answer ready on ${own.toReversed().join(', ')}.`,
  'six words in a row': (query) => {
    const words = pickMiddleWords(query, 6);
    return words && `Remember that ${words} matters to the customer.`;
  },
  'the whole question': (query) => `Answer "${query}" with a link to the help pages.`,
};

const isRefused = (rule: string, query: string): boolean =>
  findRefusal(`${SUPPORT_PROMPT}\n- ${rule}`, {
    nearbyPrompts: [SUPPORT_PROMPT],
    parent: SUPPORT_PROMPT,
    query,
    response: '',
    training,
  }) !== null;

/** How many rules were tried, and how many of these the default guards reject. */
export interface RuleCounts {
  rules: number;
  refused: number;
}

/**
 * Counts rejections with 40 queries of one domain: of sensible rules on whichever of the queries, and of rules made for one query,
 * by the way in which they are made.
 */
export function countSupportRefusals(): { sensible: RuleCounts; overfit: Record<string, RuleCounts> } {
  const count = (cases: readonly { rule: string | null; query: string }[]): RuleCounts => {
    const tried = cases.flatMap(({ rule, query }) => (rule === null ? [] : [isRefused(rule, query)]));
    return { rules: tried.length, refused: tried.filter(Boolean).length };
  };
  const refused = SUPPORT_RULES.filter(({ rule }) => SUPPORT_QUERIES.some((query) => isRefused(rule, query)));
  const planted = Object.entries(PLANTERS).map(
    ([name, plant]) =>
      [
        name,
        count(
          SUPPORT_QUERIES.map((query) => ({
            query,
            rule: plant(query, [...new Set(splitWords(query))].filter(isOwn)),
          })),
        ),
      ] as const,
  );
  const written = OVERFIT_SUPPORT_RULES.map(({ rule, query }) => ({ rule, query: SUPPORT_QUERIES[query] ?? '' }));
  return {
    sensible: { rules: SUPPORT_RULES.length, refused: refused.length },
    overfit: { ...Object.fromEntries(planted), 'its details in other words': count(written) },
  };
}
