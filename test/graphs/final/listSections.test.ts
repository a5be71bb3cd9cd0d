import { describe, expect, it } from '@jest/globals';
import { listSections, removeSections } from '../../../graphs/final/listSections.ts';

const PROMPT = `You help in a bike shop. Be kind.

## Tone

Write short sentences that wrap
over lines. Use plain words.

Rules:
- Answer first. Then explain.
- Never promise a date.
  It may slip.

\`\`\`
one line

another line
\`\`\``;

const texts = (prompt: string): string[] => listSections(prompt).map(({ start, end }) => prompt.slice(start, end));
const cut = (prompt: string, ...parts: string[]): string =>
  removeSections(
    prompt,
    parts.map((part) => ({ start: prompt.indexOf(part), end: prompt.indexOf(part) + part.length })),
  );

describe('sections of a prompt', () => {
  it('are paragraphs with their heading, list items and sentences, the longest first', () => {
    expect(texts(PROMPT)).toEqual([
      'Rules:\n- Answer first. Then explain.\n- Never promise a date.\n  It may slip.',
      '## Tone\n\nWrite short sentences that wrap\nover lines. Use plain words.',
      'Write short sentences that wrap\nover lines.',
      '- Never promise a date.\n  It may slip.',
      'You help in a bike shop. Be kind.',
      '- Answer first. Then explain.',
      'You help in a bike shop.',
      'Never promise a date.',
      'Use plain words.',
      'Answer first.',
      'Then explain.',
      'It may slip.',
      'Be kind.',
    ]);
  });

  it.each([
    [
      'an indented fence',
      '- Use this form:\n\n  ```js\n  run("Yes. No.");\n\n  stop();\n  ```\n- Be kind.',
      ['- Be kind.'],
    ],
    ['a fence of tildes', 'Be kind.\n\n~~~\nOne. Two.\n\nThree.\n~~~\n\nBe brief.', ['Be brief.', 'Be kind.']],
    ['a longer fence', 'Be kind.\n\n````md\n```\nOne. Two.\n```\n````\n\nBe brief.', ['Be brief.', 'Be kind.']],
    ['a fence without an end', 'Be kind.\n\n```\nOne. Two.\n\nThree.', ['Be kind.']],
    ['the form of a reply', 'Reply so:\n\n```json\n{"a": "Yes. No."}\n```\n\nBe kind.', ['Be kind.']],
    ['headings alone', '# Shop\n\n## Rules\n\nBe kind. Be brief.', ['Be brief.', 'Be kind.']],
    ['an underlined heading', 'Rules\n=====\n\nBe kind.\n\nBe brief.', ['Rules\n=====\n\nBe kind.', 'Be brief.']],
    ['half a pair of tags', '<rules>\n\nBe kind.\n\n</rules>\n\nBe brief.', ['Be brief.', 'Be kind.']],
  ])('have no part of %s', (_, prompt, expected) => {
    expect(texts(prompt)).toEqual(expected);
  });

  it('are none in a prompt of one sentence or of nothing', () => {
    expect(texts('Be kind.')).toEqual([]);
    expect(texts('')).toEqual([]);
  });

  it('are nested or apart', () => {
    const sections = listSections(PROMPT);
    for (const a of sections)
      for (const b of sections)
        expect(
          a.start >= b.end ||
            b.start >= a.end ||
            (a.start <= b.start && b.end <= a.end) ||
            (b.start <= a.start && a.end <= b.end),
        ).toBe(true);
  });
});

describe('without a section', () => {
  it('a prompt keeps its other lines as they were', () => {
    expect(cut('One. Two.\n\n- a\n- b\n- c\n\nEnd.', '- b')).toBe('One. Two.\n\n- a\n- c\n\nEnd.');
    expect(cut('One. Two.\n\n- a\n- c\n\nEnd.', '- c')).toBe('One. Two.\n\n- a\n\nEnd.');
    expect(cut('One.\n\nTwo.\n\nThree.', 'Two.')).toBe('One.\n\nThree.');
    expect(cut('One.\n\nTwo.', 'Two.')).toBe('One.');
    expect(cut('One.\n\nTwo.', 'One.')).toBe('Two.');
  });

  it('a line keeps its other sentences', () => {
    expect(cut('One. Two. Three.\nFour.', 'One.')).toBe('Two. Three.\nFour.');
    expect(cut('One. Two. Three.\nFour.', 'Three.')).toBe('One. Two.\nFour.');
    expect(cut('One. Two. Three.\nFour.', 'One.', 'Three.')).toBe('Two.\nFour.');
    expect(cut('- One. Two.\n- Three.', 'One.')).toBe('- Two.\n- Three.');
  });
});
