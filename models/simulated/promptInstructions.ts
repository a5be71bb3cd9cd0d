import type { Example } from '../../state/example.ts';
import { BEHAVIOURS, type Behaviour } from './behaviours.ts';
import { extractContentWords } from './queryTraits.ts';

/** What a model takes from a system prompt. */
export interface PromptInstructions {
  /** By behaviour, 0 (not told) to 1 (told clearly, and nothing speaks against it). */
  requestStrength: ReadonlyMap<string, number>;
  /** By behaviour, 0 to 1: how clearly the prompt speaks against it. */
  oppositionStrength: ReadonlyMap<string, number>;
  /** The topics of instructions that are meant for one kind of query alone, as sets of words. */
  topics: readonly ReadonlySet<string>[];
}

/** Characters of a system prompt that are read: beyond lies the end of a model's attention. */
const MAX_PROMPT_CHARS = 20_000;
/** Bullets, and sentences outside of bullets, that can be followed at once; more dilute each other. */
const MAX_BULLETS = 8;
const MAX_SENTENCES = 12;
/** Behaviours one bullet or sentence can ask for with full force. */
const BEHAVIOURS_PER_UNIT = 2;

const BULLET_PATTERN = /^\s*(?:[-*•]|\d+[.)])\s+/;
const TOPIC_PATTERN = /\b(?:asked|asks|query is|question is|queries|questions) (?:about|on) ([^,.;:]{3,80})/i;
const GENERAL_WORDS = new Set(
  'harmful illegal unethical dangerous sensitive complex difficult live current recent topics topic matters matter things facts events anything everything something data emotions feelings technical creative cultural personal'.split(
    ' ',
  ),
);

/** Reads a system prompt: unit by unit (bullet or sentence), what it asks for. A laundry list has less force than a bullet of its own. */
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
  const opposed = measureStrength(units, (b) => b.oppositionPattern);
  const told = [...measureStrength(units, (b) => b.instructionPattern)].map(
    ([name, f]) => [name, f * attention * (1 - 0.9 * (opposed.get(name) ?? 0))] as const,
  );
  return { requestStrength: new Map(told), oppositionStrength: opposed, topics };
}

/** The force with which the units name each behaviour, at most 1: to say it twice adds nothing. */
function measureStrength(units: readonly string[], sign: (b: Behaviour) => RegExp | undefined): Map<string, number> {
  const sum = new Map<string, number>();
  for (const unit of units) {
    const named = BEHAVIOURS.filter((b) => sign(b)?.test(unit));
    for (const { name } of named)
      sum.set(name, Math.min(1, (sum.get(name) ?? 0) + Math.min(1, BEHAVIOURS_PER_UNIT / named.length)));
  }
  return sum;
}

/** The topic an instruction is limited to, if it is limited to one. */
function findTopic(unit: string): ReadonlySet<string>[] {
  const words = extractContentWords(TOPIC_PATTERN.exec(unit)?.[1] ?? '').filter((word) => !GENERAL_WORDS.has(word));
  return words.length ? [new Set(words)] : [];
}

/** How strongly the examples show each behaviour, 0 to 1: half of it with one example, all with two. */
export const measureShownBehaviours = (examples: readonly Example[]): ReadonlyMap<string, number> =>
  new Map(
    BEHAVIOURS.map((b) => [
      b.name,
      Math.min(1, examples.filter((e) => b.responsePattern.test(e.answer.slice(0, MAX_PROMPT_CHARS))).length / 2),
    ]),
  );
