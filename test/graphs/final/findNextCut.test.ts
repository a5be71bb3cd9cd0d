import { expect, it } from '@jest/globals';
import { findNextCut } from '../../../graphs/final/findNextCut.ts';

const START = { tried: 0, removed: [], cut: null };
const find = (prompt: string, first = '', mustKeep: string[] = [], at: Parameters<typeof findNextCut>[2] = START) =>
  findNextCut({ id: '0.1', prompt }, first, at, mustKeep);

it('the longest section is left out first, then the next besides those that are out', () => {
  const prompt = 'Be kind. Be very brief. Say please.';
  const cut = find(prompt);
  expect(cut).toEqual({ id: '0.1~1', section: 0, prompt: 'Be kind. Say please.' });
  expect(find(prompt, '', [], { tried: 1, removed: [0], cut })).toEqual({
    id: '0.1~2',
    section: 1,
    prompt: 'Be kind.',
  });
  expect(find(prompt, '', [], { tried: 1, removed: [], cut })?.prompt).toBe('Be kind. Be very brief.');
});

it('a passage that must be kept stays, in <keep> too', () => {
  expect(find('Be kind. Be very brief.', '', ['very brief'])?.prompt).toBe('Be very brief.');
  expect(find('Be kind.\n\n<keep>Be very brief.</keep>')?.prompt).toBe('<keep>Be very brief.</keep>');
  expect(find('Be kind. Be very brief.', '', ['Be kind. Be very brief.'])).toBeNull();
});

it('the first prompt is no shortened prompt', () => {
  expect(find('Be kind. Be very brief.', 'Be  kind.\n')?.prompt).toBe('Be very brief.');
});

it('what is within a section that is out is out, and no bare mark stays', () => {
  const prompt = 'Start.\n\n- One two three. Four five six.';
  const cut = find(prompt);
  expect(cut?.prompt).toBe('Start.');
  const after = find(prompt, '', [], { tried: 1, removed: [0], cut });
  expect(after).toBeNull();
  const left = find('Start.\n\n- One two. Four five.', '', [], {
    tried: 3,
    removed: [2],
    cut: { id: '', section: 2, prompt: '' },
  });
  expect(left?.prompt ?? '').not.toMatch(/^- *$/m);
});
