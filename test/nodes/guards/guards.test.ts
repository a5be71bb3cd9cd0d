import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DISABLED_GUARD_OPTIONS } from '../../../nodes/guards/guardOptions.ts';
import {
  DEFAULT_GUARDS,
  createGuards,
  DEFAULT_GUARD_OPTIONS,
  requireKeptPassages,
  rejectLeak,
  rejectNearDuplicate,
  type GuardContext,
} from '../../../nodes/index.ts';
import { countSupportRefusals } from '../../../scripts/calibration/countSupportRefusals.ts';
import { fingerprintPrompt } from '../../../state/promptFingerprint.ts';

const bullets = (n: number): string =>
  Array.from(
    { length: n },
    (_, i) => `- Bullet ${i} tells the assistant to mind rule ${i} and to do thing ${i * 7}.`,
  ).join('\n');
const parent = `You are a helpful assistant who answers with care.\n${bullets(6)}`;
const view: GuardContext = {
  nearbyPrompts: [parent],
  parent,
  query: 'Which trains run from Lisbon to Porto on a Sunday in May and what do they cost?',
  response: 'None.',
};
const refusal = (prompt: string, over: Partial<GuardContext> = {}): string | null =>
  DEFAULT_GUARDS.reduce<string | null>((found, guard) => found ?? guard(prompt, { ...view, ...over }), null);

describe('the guards of the default preset', () => {
  it('accept an honest rewrite', () => {
    expect(refusal(`${parent}\n- Say plainly what you cannot know, and name where to look.`)).toBeNull();
    expect(refusal('Be kind, and give reasons.')).toBeNull();
  });

  it.each([
    ['empty', ' \n'],
    ['empty', 'N/A'],
    ['empty', 'string'],
    ['empty', 'TODO'],
    ['empty', 'No changes needed.'],
    ['empty', '(same as before)'],
    ['oversized', 'word '.repeat(2000)],
    ['duplicate', parent.replaceAll('\n', ' \n ')],
    ['near duplicate', parent.replace('with care', 'with Care!').replace('Bullet 5', 'bullet five')],
    [
      'repeats the query or the response',
      `Answer well. When asked which trains run from Lisbon to Porto on a Sunday in May and what do they cost, say so.`,
    ],
  ])('reject a rewrite with the reason "%s"', (reason, prompt) => {
    expect(refusal(prompt)).toBe(reason);
  });

  it('reject a near duplicate of any earlier prompt', () => {
    const other = `Another prompt altogether, of some length.\n${bullets(7)}`;
    expect(
      rejectNearDuplicate()(other.replace('altogether', 'ALTOGETHER.'), { ...view, nearbyPrompts: [parent, other] }),
    ).toBe('near duplicate');
  });

  it('reject repeats and near duplicates of prompts elsewhere in the tree by their fingerprints', () => {
    const other = `Another prompt altogether, of some length.\n${bullets(12)}`;
    const sketches = [fingerprintPrompt('Be brief.'), fingerprintPrompt(other)];
    expect(refusal(`${other}\n`, { knownFingerprints: sketches })).toBe('duplicate');
    expect(refusal('Be  brief!', { knownFingerprints: sketches })).toBe('duplicate');
    expect(refusal(other.replace('thing 0', 'thing zero'), { knownFingerprints: sketches })).toMatch(/duplicate/);
    expect(refusal(`Of rhymes and songs.\n${bullets(3)}`, { knownFingerprints: sketches })).toBeNull();
  });

  it('reject words copied from other training queries and from the in-context examples', () => {
    const training = {
      queries: ['Sum up the plot of the novel that made its author known in three lines of verse.'],
      examples: ['Simply fold the dough over itself twice, let it rest, and bake it until golden brown.'],
    };
    const own = 'repeats a training query or an example';
    const leak = 'When baking, simply fold the dough over itself twice, let it rest a while.';
    expect(refusal(leak, { training })).toBe(own);
    expect(refusal('Sum up the plot of the novel that made its author famous.', { training })).toBe(own);
    expect(refusal(leak)).toBeNull();
    expect(refusal('Fold the dough twice, then bake it.', { training })).toBeNull();
    expect(refusal(`${leak} More.`, { training, parent: leak })).toBeNull();
  });

  it('reject what is made for the judged query alone', () => {
    const training = { queries: [view.query, 'Which trees grow in May?', 'Plan a Sunday walk.'], examples: [] };
    expect(refusal(`${parent}\n- Know which trains run from Lisbon.`)).toBe('made for one query');
    expect(refusal(`${parent}\n- On Lisbon and Porto take special care.`, { training })).toBe('made for one query');
    expect(refusal(`${parent}\n- When asked about trains, be exact.`)).toBe('made for one query');
    expect(refusal(`${parent}\n- When asked about travel, be exact.`)).toBeNull();
    expect(refusal(`${parent}\n- In May and on a Sunday be merry.`, { training })).toBeNull();
    expect(refusal(`${parent}\n- Lisbon is nice.\n- Porto is too.`, { training })).toBe('made for one query');
  });

  it('reject a word of one query sooner, the more training queries there are', () => {
    const rule = `${parent}\n- Tell of any delay and of the price of a ticket.`;
    const over = { query: 'Why was there a delay, and will you give me the price of my ticket back?' };
    const others = (count: number): string[] => Array.from({ length: count }, (_, i) => `Is rule ${i} of use?`);
    const train = (count: number) => ({ training: { queries: [over.query, ...others(count)], examples: [] } });
    expect(refusal(rule, { ...over, ...train(30) })).toBeNull();
    expect(refusal(rule, { ...over, ...train(180) })).toBe('made for one query');
  });

  it('reject a name, a code or a long number of one query, but not German nouns', () => {
    const english = {
      queries: ['Do you ship to Norway?', 'Where is order 4471 now?', 'May I pay later on?'],
      examples: [],
    };
    const german = {
      queries: ['Wie lange dauert die Erstattung?', 'Was kostet der Versand in die Schweiz?'],
      examples: [],
    };
    const [ship = '', order = ''] = english.queries;
    const on = (line: string, query: string, training = english) =>
      refusal(`${parent}\n- ${line}`, { query, training });
    expect(on('Say what a parcel to Norway costs.', ship)).toBe('made for one query');
    expect(on('Say that number 4471 is late.', order)).toBe('made for one query');
    expect(on('Say what a parcel costs.', ship)).toBeNull();
    expect(on('Nenne die Dauer der Erstattung.', german.queries[0] ?? '', german)).toBeNull();
  });

  it('accept honest rewrites of a long prompt, which differ little from other long prompts of the tree', () => {
    const long = `You answer.\n${bullets(120)}`;
    const knownFingerprints = Array.from({ length: 40 }, (_, i) =>
      fingerprintPrompt(`${long}\n- In case ${i} write the answer down first, and explain it in the next line.`),
    );
    const guards = createGuards(DEFAULT_GUARD_OPTIONS, long);
    const refuse = (prompt: string): unknown[] =>
      guards.flatMap(
        (guard) => guard(prompt, { ...view, parent: long, nearbyPrompts: [long], knownFingerprints }) ?? [],
      );
    expect(refuse(`${long}\n- Say plainly what you cannot know, and name where to look.`)).toEqual([]);
    expect(refuse(`${long}\n- In case 7 write the answer down first, and explain it in the next line!`)).toEqual([
      'duplicate',
    ]);
  });

  it('refuse no sensible rule of a support bot with 40 queries, and nearly every rule for one query', () => {
    const { sensible, overfit } = countSupportRefusals();
    const sum = (key: 'rules' | 'refused'): number => Object.values(overfit).reduce((n, counts) => n + counts[key], 0);
    expect(sensible).toEqual({ rules: 16, refused: 0 });
    expect(sum('rules')).toBeGreaterThanOrEqual(200);
    expect(sum('refused') / sum('rules')).toBeGreaterThanOrEqual(0.99);
  });

  it('reject a prompt without a passage that must stay', () => {
    expect(requireKeptPassages(['Never give legal advice.'])('New head. Never give legal advice.', view)).toBeNull();
    expect(requireKeptPassages(['Never give legal advice.'])('New head. Never give advice.', view)).toBe(
      'a kept section was touched',
    );
  });

  it('accept copied words that the parent already had', () => {
    const own = { ...view, parent: `Mind this: ${view.query}` };
    expect(rejectLeak()(`Mind this still: ${view.query}`, own)).toBeNull();
  });
});

describe('the guards of single options', () => {
  const planted: Record<keyof typeof DEFAULT_GUARD_OPTIONS, [string, Partial<GuardContext>]> = {
    empty: [' ', {}],
    maxLengthRatio: ['word '.repeat(2000), {}],
    keepSections: ['New.', { parent: '<keep>Old.</keep>' }],
    duplicates: [`${parent} `, {}],
    maxSimilarity: [parent.replace('with care', 'with Care and'), {}],
    maxCopiedWords: [
      'Say: none of these trains run on time in the south today.',
      { response: 'None of these trains run on time in the south today.' },
    ],
    overfit: [`${parent}\n- Know which trains run from Lisbon.`, {}],
  };
  it.each(Object.entries(planted))('%s alone rejects only its own fault', (name, [prompt, over]) => {
    const only = createGuards({
      ...DISABLED_GUARD_OPTIONS,
      [name]: Reflect.get(DEFAULT_GUARD_OPTIONS, name) as boolean,
    });
    const without = createGuards({
      ...DEFAULT_GUARD_OPTIONS,
      [name]: Reflect.get(DISABLED_GUARD_OPTIONS, name) as boolean,
    });
    const asked = (guards: typeof only): unknown[] => guards.map((guard) => guard(prompt, { ...view, ...over }));
    expect(asked(only)).toEqual([expect.any(String)]);
    // a repeat is also nearly one
    if (name !== 'duplicates') expect(asked(without).filter(Boolean)).toEqual([]);
  });

  it('are none in the reference', () => expect(createGuards(DISABLED_GUARD_OPTIONS)).toEqual([]));
});

it('guards accept any text without throwing', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      (prompt, query) => void refusal(prompt, { query }),
    ),
  );
});
