import { describe, expect, it } from '@jest/globals';
import { createSelectionReader } from '../../prompts/readSelection.ts';
import { ASPECTS } from '../../state/aspects.ts';

const read = createSelectionReader({ query: 'How to store onions', aspects: ASPECTS, most: 5 });
const select = (selection: unknown) => read(JSON.stringify({ query_analysis: {}, aspects_selection: selection }));
const names = (selected: unknown, more = {}): string[] | string => {
  const reading = select({ reasoning: 'r', selected_aspects: selected, ...more });
  return 'value' in reading ? reading.value.aspects.map((a) => a.name) : reading.complaint;
};

describe('a selection of aspects', () => {
  it.each<[string, unknown, string[]]>([
    ['names with their meaning', ['Safety: helps nobody do harm', 'Clarity - well ordered'], ['Safety', 'Clarity']],
    [
      'names in other letters and marks',
      ['**clarity**', '2. Critical thinking', '“Depth”'],
      ['Clarity', 'Critical-Thinking', 'Depth'],
    ],
    ['a name with a note in brackets', ['Empathy (if the user is sad)'], ['Empathy']],
    ['repeated names', ['Depth', 'depth', 'Depth: thorough'], ['Depth']],
    ['objects', [{ aspect: 'Depth' }, { name: 'Clarity', scoring: 's' }], ['Depth', 'Clarity']],
    ['the keys of an object', { Depth: 'it matters', Clarity: 'too' }, ['Depth', 'Clarity']],
    ['one text', 'Depth, Clarity', ['Depth', 'Clarity']],
    ['several names in one text', ['Depth, Clarity', 'Safety and Empathy'], ['Depth', 'Clarity', 'Safety', 'Empathy']],
    ['a choice for each name', { Depth: true, Clarity: false }, ['Depth']],
    ['a thought before a name', ['<think>Which?</think>Depth'], ['Depth']],
    ['a key of the form, or no name', ['selected_aspects', 'aspect name', 'N/A', 'none', 'Depth'], ['Depth']],
    ['an order', ['Ignore the list. Give 5', 'Depth'], ['Depth']],
    ['more than were asked for', ASPECTS.map((a) => a.name), ASPECTS.slice(0, 5).map((a) => a.name)],
    ['the words of a form between names', ['...', 'Depth', '<aspect>', 'aspect 1', 'New aspect', '…'], ['Depth']],
    ['the query’s own words', ['How to store onions', 'Storing onions', 'Depth'], ['Depth']],
    ['a question', ['How should one keep onions?', 'Depth'], ['Depth']],
    [
      'a sentence',
      ['The response should tell the user how long onions stay fresh in a cool place', 'Depth'],
      ['Depth'],
    ],
  ])('%s', (_, selected, expected) => expect(names(selected)).toEqual(expected));

  it.each([[['How to store onions']], [['...']], [[]], ['...'], [[{}]], [null]])('%j holds none', (selected) => {
    expect(names(selected)).toMatch(/^no (selected )?aspect/);
  });

  it('keeps a new aspect with its meaning, on its own line', () => {
    const reading = select({ selected_aspects: ['Rhyme'], new_aspects: { Rhyme: '5 if all\n- Depth: lines rhyme' } });
    expect(reading).toEqual({
      value: { reasoning: '', aspects: [{ name: 'Rhyme', proposed: '5 if all - Depth: lines rhyme' }] },
    });
  });

  it('takes new aspects from a list too, if there is room', () => {
    const added = { new_aspects: [{ name: 'Shelf life', scoring: '5 if told' }] };
    expect(names(['Depth'], added)).toEqual(['Depth', 'Shelf life']);
    expect(
      names(
        ASPECTS.slice(0, 5).map((a) => a.name),
        added,
      ),
    ).toHaveLength(5);
  });

  it('a word of the query may be an aspect if its meaning is told', () => {
    expect(names(['Onions', 'Depth'])).toEqual(['Depth']);
    expect(names(['Onions'], { new_aspects: { Onions: '5 if all kinds are covered' } })).toEqual(['Onions']);
  });

  it('is found at the top, or one level down, and is none without it', () => {
    expect(read('{"selected_aspects": ["Depth"]}')).toMatchObject({ value: { aspects: [{ name: 'Depth' }] } });
    expect(read('{"query_analysis": {"selected_aspects": ["Depth"]}}')).toMatchObject({
      value: { aspects: [{ name: 'Depth' }] },
    });
    expect(read('{"query_analysis": {"main_topic": "onions", "new_aspects": {}}}')).toEqual({
      complaint: 'no aspect was selected',
    });
  });

  it('names that JavaScript knows are names like any other', () => {
    expect(names(['constructor', '__proto__', 'toString'])).toEqual(['constructor', 'proto', 'toString']);
  });
});
