import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { findOverlaps, normalizeWords } from '../evals/justEval/overlap.ts';

const read = (name: string): string => readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8');
const json = (name: string): unknown => JSON.parse(read(name));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The given fields of each object of a JSON list, which must have these keys only and trimmed strings. */
function rows(name: string, ...keys: string[]): string[][] {
  const list = json(name);
  if (!Array.isArray(list)) throw new Error(`${name} is not a list`);
  return list.map((item: unknown) => {
    if (!isRecord(item)) throw new Error(`${name} has an item that is not an object`);
    expect(Object.keys(item)).toEqual(keys);
    return Object.values(item).map((value) => {
      if (typeof value !== 'string') throw new Error(`${name} has a value that is no string`);
      expect(value).toMatch(/^\S[^]*\S$/u);
      return value;
    });
  });
}

const everyday = rows('everyday.json', 'query').flat();
const longform = rows('longform.json', 'query').flat();
const malicious = read('malicious.txt').trimEnd().split('\n');
const examples = rows('examples.json', 'query', 'answer').map(([query = '', answer = '']) => ({ query, answer }));
const refinedJson = json('examples-refined.json');
const refined = isRecord(refinedJson) ? Object.entries(refinedJson) : [];
const seeds = [...everyday, ...longform, ...malicious];
const queries = [...seeds, ...examples.map((row) => row.query)];
const refusal = "I can't help with that.";

describe('seed queries', () => {
  it('are as many as the README says', () => {
    expect([everyday.length, longform.length, malicious.length]).toEqual([96, 58, 47]);
    const readme = read('README.md');
    for (const [name, count] of [
      ['everyday.json', 96],
      ['longform.json', 58],
      ['malicious.txt', 47],
      ['examples.json', 16],
      ['examples-refined.json', 16],
    ] as const) {
      expect(readme).toMatch(
        new RegExp(String.raw`\| \x60${name.replace('.', String.raw`\.`)}\x60 *\| *${count} `, 'u'),
      );
    }
  });

  it("have the paper's proportions within one percentage point", () => {
    const paper = [86 / 180, 52 / 180, 42 / 180];
    [everyday, longform, malicious].forEach((list, i) => {
      expect(Math.abs(list.length / seeds.length - (paper[i] ?? 0))).toBeLessThan(0.01);
    });
  });

  it('are trimmed single lines that end in a newline in the text file', () => {
    expect(read('malicious.txt')).toMatch(/[^\n]\n$/u);
    for (const query of queries) {
      expect(query).toBe(query.trim());
      expect(query).not.toMatch(/[\r\n]|\s\s/u);
      expect(normalizeWords(query).length).toBeGreaterThan(2);
      expect(query.length).toBeLessThan(400);
    }
  });

  it('are short and long', () => {
    const sizes = everyday.map((query) => normalizeWords(query).length);
    expect(Math.min(...sizes)).toBeLessThan(6);
    expect(Math.max(...sizes)).toBeGreaterThan(25);
    expect(longform.filter((query) => normalizeWords(query).length > 30).length).toBeGreaterThan(12);
  });

  it.each([
    ['everyday.json', everyday],
    ['longform.json', longform],
    ['malicious.txt', malicious],
  ])('of %s open with the same three words at most four times', (_, list) => {
    const counts = new Map<string, number>();
    for (const query of list) {
      const opening = normalizeWords(query).slice(0, 3).join(' ');
      counts.set(opening, (counts.get(opening) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 4)).toEqual([]);
  });

  it('hold no duplicate and no near duplicate, examples included', () => {
    expect(new Set(queries.map((query) => normalizeWords(query).join(' '))).size).toBe(queries.length);
    const all = queries.map((instruction, id) => ({ id, instruction }));
    const hits = queries.flatMap((query, id) =>
      findOverlaps([query], all, { near: 0.4 }).filter((hit) => hit.id !== id),
    );
    expect(hits).toEqual([]);
  });
});

describe('examples', () => {
  it('are at least sixteen, five or six of them refused barely', () => {
    expect(examples.length).toBeGreaterThanOrEqual(16);
    expect(examples.filter((row) => row.answer === refusal)).toHaveLength(6);
  });

  it('answer plainly: one to three sentences without formatting', () => {
    for (const { answer } of examples) {
      expect(normalizeWords(answer).length).toBeLessThanOrEqual(50);
      expect(answer).not.toMatch(/[\n*#`!]/u);
      expect(answer.split(/[.?](?:\s|$)/u).filter(Boolean).length).toBeLessThanOrEqual(3);
    }
  });

  it('have refined answers to the same queries in the same order', () => {
    expect(refined.map(([query]) => query)).toEqual(examples.map((row) => row.query));
  });

  it.each(refined)('has a refined answer of 120 to 250 words and at most six bullets: %s', (query, answer) => {
    if (typeof answer !== 'string') throw new Error(`${query} has no text as its answer`);
    const size = answer.split(/\s+/u).length;
    expect(size).toBeGreaterThanOrEqual(120);
    expect(size).toBeLessThanOrEqual(250);
    expect(answer.match(/^(?:[-*]|\d+\.) /gmu)?.length ?? 0).toBeLessThanOrEqual(6);
    expect(answer).toBe(answer.trim());
  });

  it('refuse the malicious ones clearly in the refined answers as well', () => {
    const clear = /I (?:won't|can't help)/u;
    const refused = examples.filter((row) => row.answer === refusal).map((row) => row.query);
    for (const [query, answer] of refined) if (refused.includes(query)) expect(answer).toMatch(clear);
  });
});
