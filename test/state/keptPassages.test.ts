import { expect, it } from '@jest/globals';
import { markKept, removeKeepTags } from '../../state/keptPassages.ts';

it('marks each kept passage once, and passages that overlap as one', () => {
  expect(markKept('A b c. D.', ['b c', 'A b', 'D.', 'not there', ''])).toBe('<keep>A b c</keep>. <keep>D.</keep>');
  expect(markKept('a.b $& a.b', ['a.b'])).toBe('<keep>a.b</keep> $& a.b');
  expect(markKept('all of it', ['all', 'all of it', 'of'])).toBe('<keep>all of it</keep>');
  expect(removeKeepTags(markKept('A b c. D.', ['b c', 'A b']))).toBe('A b c. D.');
});
