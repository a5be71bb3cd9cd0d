import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GUARDS, keepsSections, notLeaking, notNearDuplicate } from '../../nodes/index.ts';

const bullets = (n: number): string =>
  Array.from(
    { length: n },
    (_, i) => `- Bullet ${i} tells the assistant to mind rule ${i} and to do thing ${i * 7}.`,
  ).join('\n');
const parent = `You are a helpful assistant who answers with care.\n${bullets(6)}`;
const view = {
  tried: [parent],
  parent,
  query: 'Which trains run from Lisbon to Porto on a Sunday in May and what do they cost?',
  response: 'None.',
};
const refusal = (prompt: string, over: Partial<typeof view> = {}): string | null =>
  GUARDS.reduce<string | null>((found, guard) => found ?? guard(prompt, { ...view, ...over }), null);

describe('what the default preset refuses of rewrites', () => {
  it('lets an honest rewrite through', () => {
    expect(refusal(`${parent}\n- Say plainly what you cannot know, and name where to look.`)).toBeNull();
    expect(refusal('Be kind, and give reasons.')).toBeNull();
  });

  it.each([
    ['empty', ' \n'],
    ['oversized', 'word '.repeat(2000)],
    ['duplicate', parent.replaceAll('\n', ' \n ')],
    ['near duplicate', parent.replace('with care', 'with Care!').replace('Bullet 5', 'bullet five')],
    [
      'repeats the query or the response',
      `Answer well. When asked which trains run from Lisbon to Porto on a Sunday in May and what do they cost, say so.`,
    ],
  ])('%s', (reason, prompt) => {
    expect(refusal(prompt)).toBe(reason);
  });

  it('a near duplicate of any prompt already tried', () => {
    const other = `Another prompt altogether, of some length.\n${bullets(7)}`;
    expect(notNearDuplicate()(other.replace('altogether', 'ALTOGETHER.'), { ...view, tried: [parent, other] })).toBe(
      'near duplicate',
    );
  });

  it('a touched section between <keep> and </keep>', () => {
    const kept = { ...view, parent: `Head.\n<keep>Never give legal advice.</keep>\nTail.` };
    expect(keepsSections('New head. <keep>Never give legal advice.</keep>', kept)).toBeNull();
    expect(keepsSections('New head. Never give legal advice.', kept)).toBe('a kept section was touched');
  });

  it('what the parent said already is no leak', () => {
    const own = { ...view, parent: `Mind this: ${view.query}` };
    expect(notLeaking()(`Mind this still: ${view.query}`, own)).toBeNull();
  });
});

it('guards take any text without throwing', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      (prompt, query) => void refusal(prompt, { query }),
    ),
  );
});
