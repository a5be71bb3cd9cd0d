import { z } from 'zod';
import { ASPECTS, LONG_ASPECT_NAMES, normalizeAspectName, resolveReward } from './aspects.ts';
import { findNearName } from './findNearName.ts';
import type { Aspect, Reward } from './reward.ts';

/** A name as judges can write it at the start of a line. */
const CriterionName = z
  .string()
  .max(60)
  .refine((name) => name !== '__proto__', 'expected another name')
  .regex(
    /^[^\s:()[\]{}"*#-][^\n\r:()[\]{}"]*$/,
    'expected a short name on one line, without colons, quotes and brackets',
  );
const WORDS = z.string().regex(/\S/, 'expected a text that is not empty');
const Points = z.enum(['1', '2', '3', '4', '5']);

/** A criterion of the user's own: an aspect that responses are judged by. */
export const OwnCriterion = z
  .strictObject({
    name: CriterionName,
    /** What is true of a good response. */
    description: WORDS.exactOptional(),
    /** What the points mean, at least two of 1 to 5. */
    scale: z.partialRecord(Points, WORDS).exactOptional(),
    /** How much it counts in a mean, above 0. Default: 1. */
    weight: z.number().positive().exactOptional(),
    /** Whether it counts on every query, instead of where the reward model selects it. */
    always: z.boolean().exactOptional(),
  })
  .refine(
    ({ description, scale }) => description !== undefined || Object.keys(scale ?? {}).length > 1,
    'expected a "description", or a "scale" with two points or more',
  );
export type OwnCriterion = z.infer<typeof OwnCriterion>;

/** The name of one of the fourteen aspects, or a criterion of the user's own. */
export const Criterion = z.union([
  z.string().refine(isAspectName, {
    error: ({ input }) => {
      const near = findNearName(
        String(input),
        ASPECTS.map(({ name }) => name),
      );
      return `expected one of ${ASPECTS.map(({ name }) => name).join(', ')}, or an object with "name" and "description", got ${JSON.stringify(input)}${near === undefined ? '' : `. Did you mean ${near}?`}`;
    },
  }),
  OwnCriterion,
]);
export type Criterion = z.infer<typeof Criterion>;

function isAspectName(name: string): boolean {
  return ASPECTS.some((aspect) => normalizeAspectName(aspect.name) === normalizeAspectName(name));
}

/** By which two criteria have the same name. */
export const toCriterionKey = (criterion: Criterion): string =>
  normalizeAspectName(typeof criterion === 'string' ? criterion : criterion.name);

/** The reward that a criterion stands for. */
export function toReward(criterion: Criterion): Reward {
  if (typeof criterion === 'string') return resolveReward(criterion);
  const { name, weight } = criterion;
  return { name, scoring: describeScale(criterion), ...(weight !== undefined && { weight }) };
}

function describeScale({ description, scale = {} }: OwnCriterion): string {
  const points = Object.entries(scale).toSorted(([a], [b]) => Number(b) - Number(a));
  const lines = points.map(([point, text]) => `${point} when ${joinLines(text)}`);
  const whole = description === undefined ? [] : [joinLines(description)];
  return [...whole, ...(lines.length > 0 ? lines : ['5 when that fully holds; 1 when it does not hold at all'])].join(
    '; ',
  );
}

/** A text on one line, so that it begins no line of its own in a request. */
const joinLines = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').replace(/[.;]$/, '');

/** The aspects that a reward model may choose from: the fourteen or those of them that the criteria name, then the user's own. */
export function listOfferedAspects(criteria: readonly Criterion[], aspects: readonly Aspect[] = ASPECTS): Aspect[] {
  const own = criteria.filter((one) => typeof one !== 'string');
  const named = new Set(criteria.filter((one) => typeof one === 'string').map((name) => normalizeAspectName(name)));
  const shortNames = new Map([...LONG_ASPECT_NAMES].map(([short, long]) => [long, short]));
  const replaced = new Set(own.map(({ name }) => normalizeAspectName(name)));
  const isOffered = ({ name }: Aspect): boolean => {
    const short = normalizeAspectName(shortNames.get(name) ?? name);
    return !replaced.has(short) && (named.size === 0 || named.has(short));
  };
  return [
    ...own
      .filter(({ always }) => !always)
      .map((one) => ({ ...toReward(one), about: joinLines(one.description ?? one.scale?.['5'] ?? one.name) })),
    ...aspects.filter(isOffered),
  ];
}

/** The criteria that count on every query. */
export const listConstantRewards = (criteria: readonly Criterion[]): Reward[] =>
  criteria.filter((one) => typeof one !== 'string' && one.always).map(toReward);
