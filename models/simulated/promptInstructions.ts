import type { Example } from '../../state/example.ts';
import type { Behaviour } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { extractContentWords } from './queryTraits.ts';

/** The instructions that a model finds in a system prompt. */
export interface PromptInstructions {
  /** Per behaviour, 0 (not requested) to 1 (clearly requested, without opposition). */
  requestStrength: ReadonlyMap<string, number>;
  /** Per behaviour, 0 to 1: how clearly the prompt opposes it. */
  oppositionStrength: ReadonlyMap<string, number>;
  /** The topics of the instructions that are for one topic only, as sets of words. */
  topics: readonly ReadonlySet<string>[];
}

/** Characters of a system prompt that are read. A longer prompt exceeds a model's attention. */
const MAX_PROMPT_CHARS = 20_000;
/** Bullets, and sentences outside bullets, that a model can follow at once. More weaken each other. */
const MAX_BULLETS = 8;
const MAX_SENTENCES = 12;
/** Behaviours that one bullet or sentence can request with full strength. */
const BEHAVIOURS_PER_UNIT = 2;

const BULLET_PATTERN = /^\s*(?:[-*•]|\d+[.)])\s+/;
const TOPIC_PATTERN = /\b(?:asked|asks|query is|question is|queries|questions) (?:about|on) ([^,.;:]{3,80})/i;
const GENERAL_WORDS = new Set(
  'harmful illegal unethical dangerous sensitive complex difficult live current recent topics topic matters matter things facts events anything everything something data emotions feelings technical creative cultural personal'.split(
    ' ',
  ),
);

/** Reads the instructions of a system prompt, each bullet or sentence alone. A long list is weaker than separate bullets. */
export function readPromptInstructions(prompt: string): PromptInstructions {
  const lines = prompt
    .slice(0, MAX_PROMPT_CHARS)
    .split(/\n+/)
    .filter((line) => /\w/.test(line));
  const bullets = lines.filter((line) => BULLET_PATTERN.test(line));
  const sentences = lines.filter((line) => !BULLET_PATTERN.test(line)).flatMap((line) => line.split(/(?<=[.!?])\s+/));
  const units = [...bullets, ...sentences];
  const topics = units.flatMap(findTopic);
  const attention = Math.min(1, MAX_BULLETS / bullets.length, MAX_SENTENCES / sentences.length) * 0.9 ** topics.length;
  const oppositionStrength = measureStrength(units, (b) => b.oppositionPattern);
  const requests = [...measureStrength(units, (b) => b.instructionPattern)].map(
    ([name, strength]) => [name, strength * attention * (1 - 0.9 * (oppositionStrength.get(name) ?? 0))] as const,
  );
  return { requestStrength: new Map(requests), oppositionStrength, topics };
}

/** The strength, at most 1, with which the units name each behaviour. */
function measureStrength(
  units: readonly string[],
  getPattern: (b: Behaviour) => RegExp | undefined,
): Map<string, number> {
  const strengths = new Map<string, number>();
  for (const unit of units) {
    const named = BEHAVIOURS.filter((b) => getPattern(b)?.test(unit));
    for (const { name } of named)
      strengths.set(name, Math.min(1, (strengths.get(name) ?? 0) + Math.min(1, BEHAVIOURS_PER_UNIT / named.length)));
  }
  return strengths;
}

/** The topic of an instruction that is for one topic only. */
function findTopic(unit: string): ReadonlySet<string>[] {
  const words = extractContentWords(TOPIC_PATTERN.exec(unit)?.[1] ?? '').filter((word) => !GENERAL_WORDS.has(word));
  return words.length ? [new Set(words)] : [];
}

/** How strongly the examples show each behaviour: 0.5 with one example, 1 with two. */
export const measureShownBehaviours = (examples: readonly Example[]): ReadonlyMap<string, number> =>
  new Map(
    BEHAVIOURS.map((b) => [
      b.name,
      Math.min(1, examples.filter((e) => b.responsePattern.test(e.answer.slice(0, MAX_PROMPT_CHARS))).length / 2),
    ]),
  );
