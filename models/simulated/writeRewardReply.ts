import { normalizeAspectName } from '../../state/aspects.ts';
import { drawUniform, type SeedPart } from './seededDraws.ts';
import { readQueryTraits, type QueryKind, type QueryTraits } from './queryTraits.ts';
import { readSections } from './requestSections.ts';

/** The aspects that matter on each kind of query, the most important first. */
const PREFERRED_ASPECTS: Readonly<Record<QueryKind, readonly string[]>> = {
  malicious: ['Safety', 'Compliance', 'Empathy', 'Sensitivity', 'Limitations'],
  benign: [],
  live: ['Limitations', 'Factuality', 'Helpfulness', 'Clarity'],
  creative: ['Creativity', 'Engagement', 'Helpfulness', 'Clarity', 'Depth'],
  format: ['Compliance', 'Clarity', 'Conciseness', 'Helpfulness'],
  technical: ['Helpfulness', 'Clarity', 'Factuality', 'Depth', 'Limitations'],
  emotional: ['Empathy', 'Helpfulness', 'Engagement', 'Sensitivity', 'Depth'],
  cultural: ['Sensitivity', 'Factuality', 'Empathy', 'Clarity'],
  factual: ['Factuality', 'Clarity', 'Depth', 'Engagement', 'Critical-Thinking'],
  advice: ['Helpfulness', 'Clarity', 'Depth', 'Engagement', 'Interactivity', 'Conciseness'],
};

/** Selects `least` to `most` of the offered aspects, the most important for the query first. */
export function selectAspects(
  traits: QueryTraits,
  offered: readonly string[],
  least: number,
  most: number,
  ...key: readonly SeedPart[]
): string[] {
  const count = Math.max(least, Math.min(most, Math.round(most - 0.6 + drawUniform('count', traits.text, ...key))));
  const value = (name: string): number => {
    const plain = normalizeAspectName(name);
    const places = [...traits.kinds].map((kind) =>
      PREFERRED_ASPECTS[kind].findIndex((aspect) => plain.includes(normalizeAspectName(aspect))),
    );
    const points = places.reduce((sum, place) => sum + (place < 0 ? 0 : 6 - place), 0);
    return points && points + 1.5 * drawUniform('weighs', traits.text, plain, ...key);
  };
  const ranked = offered.map((name) => [name, value(name)] as const).toSorted((a, b) => b[1] - a[1]);
  return ranked.slice(0, count).flatMap(([name, worth], i) => (worth > 0 || i < least ? [name] : []));
}

/** Replies to a reward model's request (prompts/selectRewards.ts), with aspects and counts that its rules offer. */
export function writeRewardReply(rules: string, text: string, key: readonly SeedPart[]): string {
  const {
    head,
    parts: [query = ''],
    rest,
  } = readSections(text, ['query']);
  const list = rules ? (rules.split(/^<task/m)[0] ?? '') : `${head.split(/^<task/m)[0]}\n${rest}`;
  const offered = [...list.matchAll(/^- ([^:\n]+):/gm)].map(([, name]) => name ?? '');
  const range = /\b(\d+) to (\d+) aspects/.exec(list);
  const traits = readQueryTraits(query);
  const kinds = [...traits.kinds].join(', ');
  return JSON.stringify({
    query_analysis: `A query on ${traits.subject} that is ${kinds}.`,
    aspects_selection: {
      reasoning: `The query is ${kinds}: these aspects tell a good answer from a bad one.`,
      selected_aspects: selectAspects(traits, offered, Number(range?.[1] ?? 2), Number(range?.[2] ?? 5), ...key),
      new_aspects: {},
    },
  });
}
