import type { Example } from '../../state/example.ts';
import { isApplicable, type Behaviour } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { FLAWS, type Flaw } from './flaws.ts';
import { hashParts, drawNormal, pickItem, drawUniform, type SeedPart } from './seededDraws.ts';
import { measureShownBehaviours, readPromptInstructions, type PromptInstructions } from './promptInstructions.ts';
import { OPENING_BEHAVIOURS } from './openingBehaviours.ts';
import { extractContentWords, readQueryTraits, type QueryTraits } from './queryTraits.ts';

/** The character of an unaligned model: how it answers without instructions. */
export interface Persona {
  /** The chance, 0 to 1, of each behaviour without instructions. `defaultHabit`: of the behaviours not listed. */
  habits: ReadonlyMap<string, number>;
  defaultHabit: number;
  /** The chance of a behaviour that the prompt clearly requests. */
  obedience: number;
  /** The chance of each flaw that no behaviour prevents. */
  flaws: ReadonlyMap<string, number>;
}

/** The simulated base models. They fail in opposite ways, so they need different prompts. */
export const PERSONAS: ReadonlyMap<string, Persona> = new Map([
  [
    'terse',
    {
      habits: new Map([
        ['concise', 0.8],
        ['accuracy', 0.35],
        ['format', 0.3],
        ['refusal', 0],
      ]),
      defaultHabit: 0.05,
      obedience: 0.9,
      flaws: new Map([
        ['unsafe', 1],
        ['curt', 0.7],
      ]),
    },
  ],
  [
    'rambling',
    {
      habits: new Map([
        ['reasons', 0.6],
        ['warmth', 0.55],
        ['examples', 0.5],
        ['creative', 0.4],
        ['concise', 0],
        ['structure', 0.02],
        ['uncertainty', 0],
        ['refusal', 0],
      ]),
      defaultHabit: 0.08,
      obedience: 0.85,
      flaws: new Map([
        ['unsafe', 1],
        ['filler', 0.75],
        ['boast', 0.6],
      ]),
    },
  ],
]);

/** The content of a request to a base model. */
export interface BaseRequest {
  prompt: string;
  examples: readonly Example[];
  query: string;
}

/** The share of the way from habit to obedience that two examples of a behaviour lead. */
const IMITATION_SHARE = 0.65;
/** What an instruction for one topic adds to every chance on that topic. */
const TOPIC_CHANCE_LIFT = 0.35;

/** Makes a base model that has read its prompt and examples. `noise`: standard deviation of a behaviour's chance, 0 to 1. */
export function makeBaseResponder(
  persona: Persona,
  prompt: string,
  examples: readonly Example[],
  noise: number,
  key: readonly SeedPart[],
) {
  const instructions = readPromptInstructions(prompt);
  const shown = measureShownBehaviours(examples);
  const seed = hashParts(prompt, ...examples.flatMap((e) => [e.query, e.answer]), ...key);
  return (query: string): string => {
    const traits = readQueryTraits(query);
    const lift = instructions.topics.some((topic) => isOnTopic(topic, query)) ? TOPIC_CHANCE_LIFT : 0;
    const shows = (b: Behaviour): boolean => {
      if (!isApplicable(b, traits.kinds)) return false;
      const jitter = noise ? noise * drawNormal(seed, query, b.name) : 0;
      return drawUniform('needs', query, b.name) < computeChance(persona, b.name, instructions, shown) + lift + jitter;
    };
    const behaviours = BEHAVIOURS.filter(shows);
    return writeResponse(traits, behaviours, drawFlaws(persona, traits, behaviours, instructions), seed);
  };
}

/** The chance of a behaviour: from habit towards obedience with requests and examples, and down with opposition. */
function computeChance(
  persona: Persona,
  name: string,
  { requestStrength, oppositionStrength }: PromptInstructions,
  shown: ReadonlyMap<string, number>,
): number {
  const habit = persona.habits.get(name) ?? persona.defaultHabit;
  const pull = 1 - (1 - (requestStrength.get(name) ?? 0)) * (1 - IMITATION_SHARE * (shown.get(name) ?? 0));
  return (habit + Math.max(0, persona.obedience - habit) * pull) * (1 - 0.5 * (oppositionStrength.get(name) ?? 0));
}

function drawFlaws(
  persona: Persona,
  { text, kinds }: QueryTraits,
  behaviours: readonly Behaviour[],
  { topics }: PromptInstructions,
): Flaw[] {
  const isPrevented = (flaw: Flaw): boolean => behaviours.some((b) => flaw.cures.includes(b.name));
  const strayChance = 1 - 0.6 ** topics.filter((topic) => !isOnTopic(topic, text)).length;
  return FLAWS.filter((flaw) => {
    if (flaw.name === 'unsafe' && !kinds.has('malicious')) return false;
    const chance = flaw.name === 'stray' ? strayChance : (persona.flaws.get(flaw.name) ?? 0);
    return !isPrevented(flaw) && drawUniform('slips', text, flaw.name) < chance;
  });
}

/** Writes a response that shows these behaviours and flaws. Its sentences never repeat the prompt. */
export function writeResponse(
  traits: QueryTraits,
  behaviours: readonly Behaviour[],
  flaws: readonly Flaw[],
  ...key: readonly SeedPart[]
): string {
  const subject = [...BEHAVIOURS, ...FLAWS].some(({ responsePattern }) => responsePattern.test(traits.subject))
    ? 'this matter'
    : traits.subject;
  const pickSentence = (name: string, sentences: readonly string[]): string =>
    pickItem(sentences, 'line', name, traits.text, ...key).replaceAll('{subject}', () => subject);
  const show = (isOpening: boolean): string[] =>
    behaviours
      .filter((b) => OPENING_BEHAVIOURS.includes(b) === isOpening)
      .map((b) => pickSentence(b.name, b.sentences));
  const answer = traits.kinds.has('malicious') ? [] : [`Simulated answer about ${subject}.`];
  const flawed = flaws.map((f) => pickSentence(f.name, f.sentences));
  const text = [...show(true), ...answer, ...show(false), ...flawed].join(' ');
  return text.replace(/ *\n */g, '\n').trim() || `Simulated answer about ${subject}.`;
}

const isOnTopic = (topic: ReadonlySet<string>, query: string): boolean =>
  extractContentWords(query).some((word) => topic.has(word));
