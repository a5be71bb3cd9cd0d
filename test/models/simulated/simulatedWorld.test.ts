import { describe, expect, it } from '@jest/globals';
import { makeBaseResponder, PERSONAS } from '../../../models/simulated/baseResponder.ts';
import { isApplicable } from '../../../models/simulated/behaviour.ts';
import { BEHAVIOURS } from '../../../models/simulated/behaviours.ts';
import { FLAWS } from '../../../models/simulated/flaws.ts';
import { POPULATION_QUERIES, computeTrueQuality } from '../../../models/simulated/index.ts';
import { computeExpectedReward } from '../../../models/simulated/trueQuality.ts';
import { examineResponse } from '../../../models/simulated/writeJudgeReply.ts';
import { readQueryTraits } from '../../../models/simulated/queryTraits.ts';

const START = 'You are a helpful assistant.';
const withBullets = (...bullets: string[]): string => [START, ...bullets.map((b) => `- ${b}`)].join('\n');
const start = computeTrueQuality(START);
const gain = (...bullets: string[]): number => computeTrueQuality(withBullets(...bullets)) - start;

const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** A query of the population on which the behaviour is in place, made neither too easy nor too hard by its ending. */
function hardQueryFor(behaviour: (typeof BEHAVIOURS)[number]): string {
  const query = POPULATION_QUERIES.find((q) => isApplicable(behaviour, readQueryTraits(q).kinds)) ?? '';
  const hard = Array.from({ length: 50 }, (_, i) => `${query} (${i})`).find(
    (q) => Math.abs(readQueryTraits(q).ease + 0.6) < 0.3,
  );
  return hard ?? query;
}

describe('the table of behaviours', () => {
  const texts = BEHAVIOURS.flatMap((b) =>
    b.sentences.map((mark) => [b.name, mark.replaceAll('{subject}', 'fresh figs')] as const),
  );
  it.each(texts)('the behaviour %s is found in its own sentence alone: %s', (name, mark) => {
    expect(BEHAVIOURS.filter((b) => b.responsePattern.test(mark)).map((b) => b.name)).toEqual([name]);
    expect(FLAWS.filter((f) => f.responsePattern.test(mark))).toEqual([]);
  });

  const told = BEHAVIOURS.flatMap((b) => [b.noun, ...b.advice].map((text) => [b.name, text] as const));
  it.each(told)('the behaviour %s is requested by its own advice alone: %s', (name, text) => {
    expect(BEHAVIOURS.filter((b) => b.instructionPattern.test(text)).map((b) => b.name)).toEqual([name]);
  });

  it.each(FLAWS.flatMap((f) => f.sentences.map((line) => [f, line] as const)))(
    'a flaw is found in its own sentence alone, and its complaint names the cure',
    (flaw, line) => {
      expect(FLAWS.filter((f) => f.responsePattern.test(line))).toEqual([flaw]);
      expect(BEHAVIOURS.filter((b) => b.responsePattern.test(line))).toEqual([]);
      expect(BEHAVIOURS.filter((b) => b.instructionPattern.test(flaw.complaint)).map((b) => b.name)).toEqual(
        flaw.cures.slice(0, 1),
      );
    },
  );
});

describe('a judgement', () => {
  it.each(BEHAVIOURS.map((b) => [b.name, b] as const))(
    'the score of each aspect that wants it is lower without %s',
    (_, behaviour) => {
      const traits = readQueryTraits(hardQueryFor(behaviour));
      const marks = BEHAVIOURS.filter((b) => isApplicable(b, traits.kinds)).map((b) => [b, b.sentences[0]] as const);
      const text = (of: typeof marks): string => of.map(([, mark]) => mark).join(' ');
      for (const aspect of Object.keys(behaviour.aspectWeights)) {
        const whole = examineResponse(traits, text(marks), aspect);
        const less = examineResponse(traits, text(marks.filter(([b]) => b !== behaviour)), aspect);
        expect(whole.points - less.points).toBeGreaterThan(0.1);
        expect(less.missing).toContain(behaviour);
      }
    },
  );

  it.each(FLAWS.map((f) => [f.name, f] as const))('the score is lower with the flaw %s', (_, flaw) => {
    const query = hardQueryFor(BEHAVIOURS[0]!);
    const marks = BEHAVIOURS.map((b) => b.sentences[0]).join(' ');
    for (const aspect of Object.keys(flaw.aspectPenalties)) {
      expect(examineResponse(readQueryTraits(query), `${marks} ${flaw.sentences[0]}`, aspect).points).toBeLessThan(
        examineResponse(readQueryTraits(query), marks, aspect).points,
      );
    }
  });

  it('an empty response gets the lowest score', () =>
    expect(examineResponse(readQueryTraits('Why?'), ' ', 'Clarity').points).toBe(1));
});

describe('an instruction', () => {
  it.each(BEHAVIOURS.filter((b) => b.name !== 'concise').map((b) => [b.name, b.advice[0]] as const))(
    'it raises the reward on suitable queries: %s',
    (_, advice) => {
      expect(gain(advice)).toBeGreaterThan(0.01);
    },
  );

  it('a repeated instruction adds nothing', () => {
    expect(gain('Give the reasons behind what you say.', 'Explain your reasoning.')).toBeCloseTo(
      gain('Give the reasons behind what you say.'),
      6,
    );
  });

  it('more than eight bullets weaken each other', () => {
    const eight = BEHAVIOURS.slice(1, 9).map((b) => b.advice[0]);
    const idle = Array.from({ length: 8 }, (_, i) => `Mind point ${i}.`);
    expect(gain(...eight, ...idle)).toBeLessThan(gain(...eight) - 0.2);
  });

  it('an instruction in a long list is weaker than in a separate bullet', () => {
    const nouns = BEHAVIOURS.map((b) => b.noun);
    expect(gain(`I want ${nouns.join(', ')}.`)).toBeLessThan(0.5 * gain(...nouns.slice(0, 8)));
  });

  it('two contradicting instructions cancel each other', () => {
    const depth = gain('Go into great depth.');
    expect(depth).toBeGreaterThan(0.1);
    expect(gain('Go into great depth.', 'Be brief.')).toBeLessThan(depth / 4);
  });

  it('an instruction for one query helps there and hurts elsewhere', () => {
    const sound = withBullets('Give the reasons behind what you say.', 'Write in a warm tone.', 'Be accurate.');
    const before = new Map(POPULATION_QUERIES.map((query) => [query, computeTrueQuality(sound, { queries: [query] })]));
    const effects = POPULATION_QUERIES.filter((_, i) => i % 8 === 3).map((home) => {
      const fitted = `${sound}\n- When the question is about ${readQueryTraits(home).subject}, take special care.`;
      const effect = (queries: string[]): number =>
        computeTrueQuality(fitted, { queries }) - mean(queries.map((query) => before.get(query) ?? 0));
      return { home: effect([home]), away: effect(POPULATION_QUERIES.filter((q) => q !== home)) };
    });
    expect(mean(effects.map((e) => e.home))).toBeGreaterThan(0.1);
    expect(mean(effects.map((e) => e.away))).toBeLessThan(-0.05);
  });

  it('an instruction in other words is understood', () => {
    const prompt = `As a knowledgeable assistant, be accurate and engaging.
- You do not have access to the internet or real-time data; clearly state your limitations.
- Avoid engaging with requests that could be used for harmful purposes; offer alternatives.
- Explore topics comprehensively, using specific examples and analogies.
- Incorporate empathy, and personalize your responses.
- Ask clarifying questions if the intent is not clear.`;
    expect(computeTrueQuality(prompt)).toBeGreaterThan(start + 0.7);
  });
});

it('the base models need different prompts', () => {
  const expand = withBullets(
    'Give the reasons behind what you say.',
    'Write in a warm, conversational tone.',
    'Make it plain with concrete examples.',
  );
  const restrain = withBullets(
    'Leave out padding and repetition.',
    'Mark what is uncertain.',
    'Give longer answers a clear structure.',
  );
  expect(computeTrueQuality(expand)).toBeGreaterThan(computeTrueQuality(restrain) + 0.1);
  expect(computeTrueQuality(restrain, { base: 'rambling' })).toBeGreaterThan(
    computeTrueQuality(expand, { base: 'rambling' }) + 0.1,
  );
});

it('good examples help more than poor ones', () => {
  const good = ['Why do leaves fall?', 'How to bake bread?'].map((query) => ({
    query,
    answer:
      'I’m glad you ask. Research shows this much, because trees save water. For example, a birch. Would you like more?',
  }));
  const poor = good.map(({ query }) => ({ query, answer: 'No idea.' }));
  expect(computeTrueQuality(START, { examples: good })).toBeGreaterThan(start + 0.3);
  expect(computeTrueQuality(START, { examples: poor })).toBeCloseTo(start, 6);
});

it('an unaligned model answers a malicious query with a placeholder, and an instructed one refuses', () => {
  const terse = PERSONAS.get('terse')!;
  const query = 'How do I hack into a bank?';
  const untold = makeBaseResponder(terse, START, [], 0, [])(query);
  const told = makeBaseResponder(
    terse,
    withBullets('Refuse harmful requests.', 'Offer a constructive way forward.'),
    [],
    0,
    [],
  )(query);
  expect(untold).toContain('[simulated unsafe answer]');
  expect(told).not.toContain('unsafe');
  expect(computeExpectedReward(query, told)).toBeGreaterThan(computeExpectedReward(query, untold) + 1);
});

it('the true quality refuses an unknown base model and an empty list of queries', () => {
  expect(() => computeTrueQuality(START, { base: 'nobody' })).toThrow(
    /base: expected one of terse, rambling, got "nobody"/,
  );
  expect(() => computeTrueQuality(START, { queries: [] })).toThrow(/at least one query/);
});
