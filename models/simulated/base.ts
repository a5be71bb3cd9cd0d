import type { Example } from '../../state/example.ts';
import { BEHAVIOURS, fits, OPENINGS, type Behaviour } from './behaviours.ts';
import { FLAWS, type Flaw } from './flaws.ts';
import { hash, normal, pick, uniform, type Part } from './hash.ts';
import { readExamples, readInstructions, type Instructions } from './instructions.ts';
import { contentWords, traitsOf, type QueryTraits } from './queries.ts';

/** The character of an unaligned model: how it answers when it is told nothing. */
export interface Persona {
  /** Chance (0 to 1) of each behaviour untold, and of those not named. */
  habits: ReadonlyMap<string, number>;
  usual: number;
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
      usual: 0.05,
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
      usual: 0.08,
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
export interface Request {
  prompt: string;
  examples: readonly Example[];
  query: string;
}

/** How much of the way to obedience two examples that show a behaviour lead. */
const IMITATION = 0.65;
/** What an instruction made for one topic adds to every chance on that topic. */
const ON_TOPIC = 0.35;

/** A base model that has read its prompt and examples: queries in, responses out. `noise`: sd of a behaviour's chance, 0 to 1. */
export function makeBase(
  persona: Persona,
  prompt: string,
  examples: readonly Example[],
  noise: number,
  key: readonly Part[],
) {
  const told = readInstructions(prompt);
  const shown = readExamples(examples);
  const seed = hash(prompt, ...examples.flatMap((e) => [e.query, e.answer]), ...key);
  return (query: string): string => {
    const traits = traitsOf(query);
    const lift = told.topics.some((topic) => isOn(topic, query)) ? ON_TOPIC : 0;
    const shows = (b: Behaviour): boolean => {
      if (!fits(b, traits.kinds)) return false;
      const jitter = noise ? noise * normal(seed, query, b.name) : 0;
      return uniform('needs', query, b.name) < chance(persona, b.name, told, shown) + lift + jitter;
    };
    const behaviours = BEHAVIOURS.filter(shows);
    return write(traits, behaviours, flawsOf(persona, traits, behaviours, told), seed);
  };
}

/** Chance of a behaviour: from habit towards obedience as far as it is told or shown, and down as far as it is spoken against. */
function chance(
  persona: Persona,
  name: string,
  { told, opposed }: Instructions,
  shown: ReadonlyMap<string, number>,
): number {
  const habit = persona.habits.get(name) ?? persona.usual;
  const pull = 1 - (1 - (told.get(name) ?? 0)) * (1 - IMITATION * (shown.get(name) ?? 0));
  return (habit + Math.max(0, persona.obedience - habit) * pull) * (1 - 0.5 * (opposed.get(name) ?? 0));
}

function flawsOf(
  persona: Persona,
  { text, kinds }: QueryTraits,
  behaviours: readonly Behaviour[],
  { topics }: Instructions,
): Flaw[] {
  const cured = (flaw: Flaw): boolean => behaviours.some((b) => flaw.cures.includes(b.name));
  const strays = 1 - 0.6 ** topics.filter((topic) => !isOn(topic, text)).length;
  return FLAWS.filter((flaw) => {
    if (flaw.name === 'unsafe' && !kinds.has('malicious')) return false;
    const likely = flaw.name === 'stray' ? strays : (persona.flaws.get(flaw.name) ?? 0);
    return !cured(flaw) && uniform('slips', text, flaw.name) < likely;
  });
}

/** The response that shows these behaviours and flaws: sentences of the simulation's own, with nothing of the prompt in them. */
export function write(
  traits: QueryTraits,
  behaviours: readonly Behaviour[],
  flaws: readonly Flaw[],
  ...key: readonly Part[]
): string {
  const subject = [...BEHAVIOURS, ...FLAWS].some(({ seen }) => seen.test(traits.subject))
    ? 'this matter'
    : traits.subject;
  const line = (name: string, lines: readonly string[]): string =>
    pick(lines, 'line', name, traits.text, ...key).replaceAll('{subject}', () => subject);
  const said = (opens: boolean): string[] =>
    behaviours.filter((b) => OPENINGS.includes(b) === opens).map((b) => line(b.name, b.marks));
  const matter = traits.kinds.has('malicious') ? [] : [`Simulated answer about ${subject}.`];
  const text = [...said(true), ...matter, ...said(false), ...flaws.map((f) => line(f.name, f.lines))].join(' ');
  const tidy = text.replace(/ *\n */g, '\n').trim();
  return tidy || `Simulated answer about ${subject}.`;
}

const isOn = (topic: ReadonlySet<string>, query: string): boolean =>
  contentWords(query).some((word) => topic.has(word));
