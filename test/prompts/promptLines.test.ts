import { describe, expect, it } from '@jest/globals';
import { computeLineLimits, joinPromptLines } from '../../prompts/promptLines.ts';
import { readRewrittenPrompt } from '../../prompts/rewriteSystemPrompt.ts';

const SENTENCE = 'You answer in a warm and natural tone.';
const LOOP = 'It is helpful, and it is designed to be natural, '.repeat(6);

describe('a new prompt in lines', () => {
  it('is one text', () => {
    expect(joinPromptLines([SENTENCE, '', '- Be brief.', '- Give an example.'], 120)).toBe(
      `${SENTENCE}\n\n- Be brief.\n- Give an example.`,
    );
    expect(joinPromptLines([`${SENTENCE}\n- Be brief.`], 120)).toBe(`${SENTENCE}\n- Be brief.`);
  });

  it('has no line twice that says something, but as many fences of code as it likes', () => {
    const long = '- Name the limits that matter for the query.';
    expect(joinPromptLines([SENTENCE, long, long, '```', 'x', '```', long], 120)).toBe(
      `${SENTENCE}\n${long}\n\`\`\`\nx\n\`\`\``,
    );
  });

  it('keeps rules and edges of tables', () => {
    const edge = `|${'-'.repeat(60)}|${'-'.repeat(60)}|`;
    const lines = [SENTENCE, '| step | reason |', edge, '=='.repeat(40), edge];
    expect(joinPromptLines(lines, 500)).toBe(lines.join('\n'));
  });

  it('leaves out what a line repeats, and the last sentence of a line that was cut', () => {
    expect(joinPromptLines([`${SENTENCE} Say why. Say why this matt`], 56)).toBe(`${SENTENCE} Say why.`);
    expect(joinPromptLines([SENTENCE, LOOP.slice(0, 200)], 200)).toBe(SENTENCE);
    const repeated = joinPromptLines([`${'Say why it matters. '.repeat(9)}Say why`], 187);
    expect(repeated).toMatch(/^(Say why it matters\. ?){1,2}$/);
  });

  it('is refused if no sentence is left', () => {
    const read = (text: string): unknown => readRewrittenPrompt(text, 200);
    const reply = (lines: unknown): string => JSON.stringify({ analysis: 'x', new_system_prompt: lines });
    expect(read(reply([LOOP.slice(0, 200)]))).toHaveProperty('complaint');
    expect(read(reply([]))).toHaveProperty('complaint');
    expect(read(reply([SENTENCE, 3]))).toHaveProperty('complaint');
    expect(read(reply([SENTENCE, '- Be brief.']))).toEqual({
      value: `${SENTENCE}\n- Be brief.`,
    });
    expect(read(reply(SENTENCE))).toEqual({ value: SENTENCE });
  });
});

describe('the limits of its lines', () => {
  it('hold a loop in every line within 700 tokens', () => {
    const { lines, chars } = computeLineLimits(700 * 2.5, 'You are kind.');
    expect([lines, chars]).toEqual([10, 245]);
    expect((lines * chars) / 4.6).toBeLessThan(600);
  });

  it('leave room for every line of the current prompt', () => {
    const current = Array.from({ length: 40 }, (_, i) => 'x'.repeat(i * 10)).join('\n');
    expect(computeLineLimits(1750, current)).toEqual({ lines: 44, chars: 403 });
    expect(computeLineLimits(6000, '').chars).toBe(840);
  });
});
