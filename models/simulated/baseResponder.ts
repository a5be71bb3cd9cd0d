import type { Example } from '../../state/example.ts';
import { BEHAVIOURS, isApplicable, OPENINGS, type Behaviour } from './behaviours.ts';
import { FLAWS, type Flaw } from './flaws.ts';
import { hashParts, drawNormal, pickItem, drawUniform, type SeedPart } from './seededDraws.ts';
import { measureShownBehaviours, readPromptInstructions, type PromptInstructions } from './promptInstructions.ts';
import { extractContentWords, readQueryTraits, type QueryTraits } from './queryTraits.ts';

/** The character of an unaligned model: how it answers when it is told nothing. */
export interface Persona {
  /** Chance (0 to 1) of each behaviour untold, and of those not named. */
  habits: ReadonlyMap<string, number>;
  defaultHabit: number;
  /** Chance of a behaviour it is told clearly. */
  obedience: number;
  /** Chance of each flaw while nothing keeps it out. */
  flaws: ReadonlyMap<string, number>;
}

/** The base models on offer. They fail in opposite ways and so want different prompts. */
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

/** What a base model is asked with. */
export interface BaseRequest {
  prompt: string;
  examples: readonly Example[];
  query: string;
}

/** How much of the way to obedience two examples that show a behaviour lead. */
const IMITATION_SHARE = 0.65;
/** What an instruction made for one topic adds to every chance on that topic. */
const TOPIC_CHANCE_LIFT = 0.35;

/** A base model that has read its prompt and examples: queries in, responses out. `noise`: sd of a behaviour's chance, 0 to 1. */
export function makeBaseResponder(
  persona: Persona,
  prompt: string,
  examples: readonly Example[],
  noise: number,
  key: readonly SeedPart[],
) {
  const told = readPromptInstructions(prompt);
  const shown = measureShownBehaviours(examples);
  const seed = hashParts(prompt, ...examples.flatMap((e) => [e.query, e.answer]), ...key);
  return (query: string): string => {
    const traits = readQueryTraits(query);
    const lift = told.topics.some((topic) => isOnTopic(topic, query)) ? TOPIC_CHANCE_LIFT : 0;
    const shows = (b: Behaviour): boolean => {
      if (!isApplicable(b, traits.kinds)) return false;
      const jitter = noise ? noise * drawNormal(seed, query, b.name) : 0;
      return drawUniform('needs', query, b.name) < computeChance(persona, b.name, told, shown) + lift + jitter;
    };
    const behaviours = BEHAVIOURS.filter(shows);
    return writeResponse(traits, behaviours, drawFlaws(persona, traits, behaviours, told), seed);
  };
}

/** Chance of a behaviour: from habit towards obedience as far as it is told or shown, and down as far as it is spoken against. */
function computeChance(
  persona: Persona,
  name: string,
  { requestStrength: told, oppositionStrength: opposed }: PromptInstructions,
  shown: ReadonlyMap<string, number>,
): number {
  const habit = persona.habits.get(name) ?? persona.defaultHabit;
  const pull = 1 - (1 - (told.get(name) ?? 0)) * (1 - IMITATION_SHARE * (shown.get(name) ?? 0));
  return (habit + Math.max(0, persona.obedience - habit) * pull) * (1 - 0.5 * (opposed.get(name) ?? 0));
}

function drawFlaws(
  persona: Persona,
  { text, kinds }: QueryTraits,
  behaviours: readonly Behaviour[],
  { topics }: PromptInstructions,
): Flaw[] {
  const cured = (flaw: Flaw): boolean => behaviours.some((b) => flaw.cures.includes(b.name));
  const strays = 1 - 0.6 ** topics.filter((topic) => !isOnTopic(topic, text)).length;
  return FLAWS.filter((flaw) => {
    if (flaw.name === 'unsafe' && !kinds.has('malicious')) return false;
    const likely = flaw.name === 'stray' ? strays : (persona.flaws.get(flaw.name) ?? 0);
    return !cured(flaw) && drawUniform('slips', text, flaw.name) < likely;
  });
}

/** The response that shows these behaviours and flaws: sentences of the simulation's own, with nothing of the prompt in them. */
export function writeResponse(
  traits: QueryTraits,
  behaviours: readonly Behaviour[],
  flaws: readonly Flaw[],
  ...key: readonly SeedPart[]
): string {
  const subject = [...BEHAVIOURS, ...FLAWS].some(({ responsePattern: seen }) => seen.test(traits.subject))
    ? 'this matter'
    : traits.subject;
  const line = (name: string, lines: readonly string[]): string =>
    pickItem(lines, 'line', name, traits.text, ...key).replaceAll('{subject}', () => subject);
  const said = (opens: boolean): string[] =>
    behaviours.filter((b) => OPENINGS.includes(b) === opens).map((b) => line(b.name, b.sentences));
  const matter = traits.kinds.has('malicious') ? [] : [`Simulated answer about ${subject}.`];
  const text = [...said(true), ...matter, ...said(false), ...flaws.map((f) => line(f.name, f.sentences))].join(' ');
  const tidy = text.replace(/ *\n */g, '\n').trim();
  return tidy || `Simulated answer about ${subject}.`;
}

const isOnTopic = (topic: ReadonlySet<string>, query: string): boolean =>
  extractContentWords(query).some((word) => topic.has(word));
