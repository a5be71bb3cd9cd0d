import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { createSelectionReader } from '../../prompts/readSelection.ts';
import { createEvaluationReader, type ReadResult } from '../../prompts/reply.ts';
import { readResponse } from '../../prompts/responseText.ts';
import { readRewrittenPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { ASPECTS } from '../../state/aspects.ts';
import { THINKING } from './thinking.ts';

// What SmolLM2 135M, Qwen2.5-Coder 0.5B and 1.5B and Gemma 3 270M replied to drpo's requests, with schemas and without.
// What a person would read is found by looking at the text alone: no reader and no parser of broken JSON is used for it.

const RealReply = z.object({
  role: z.enum(['judge', 'reward', 'optimizer', 'base']),
  model: z.string(),
  output: z.string(),
  finish: z.string(),
  reply: z.string(),
});
type RealReply = z.infer<typeof RealReply>;
const file = join(import.meta.dirname, 'fixtures/realReplies.jsonl.gz');
const REPLIES = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split('\n')
  .map((line) => RealReply.parse(JSON.parse(line)));
const ofRole = (role: RealReply['role']): RealReply[] => REPLIES.filter((r) => r.role === role);
const NAMES = ASPECTS.map(({ name }) => name);
/** The aspects that a judge's reply is about, as a person sees them. */
const listAsked = (reply: string): string[] => NAMES.filter((name) => reply.includes(`"${name}"`));

const Judgement = z.object({ rationale: z.string().default(''), score: z.number().optional() });

/** Letters and digits alone, with escapes as what they stand for. */
const toLetters = (text: string): string =>
  text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\[nrtbf]/g, ' ')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

/** The points that a person takes a text for: "4", "4/5" and "4 out of 5" are 4. */
const toPoints = (text: string): number => Number(/^\s*(-?\d+(?:\.\d+)?)(?:\s*(?:\/|out of)\s*5)?\s*$/.exec(text)?.[1]);

/** What a person sees beside an aspect: what follows the word "score" after its last label that has one. */
function seeScores(text: string, name: string, names: readonly string[]): string[] {
  // marks that a fault put between the letters of a name are read over
  const spell = (word: string): string => word.split('').join('[^\\p{L}\\p{N}]{0,12}');
  const label = (n: string): RegExp => new RegExp(`[^\\p{L}\\p{N}]${spell(n)}[^\\p{L}\\p{N}]{0,12}:`, 'giu');
  const points = new RegExp(`\\b${spell('score')}["'*]*\\s*:\\s*["'*]*\\s*([^"'*,}\\n]*)`, 'giu');
  const starts = names.flatMap((n) => [...text.matchAll(label(n))].map(({ index }) => ({ n, index })));
  const sections = starts
    .toSorted((a, b) => a.index - b.index)
    .map(({ n, index }, i, all) => ({ n, text: text.slice(index, all[i + 1]?.index) }));
  const seen = sections.flatMap((s) => {
    const found = [...s.text.matchAll(points)];
    return s.n === name && found.length > 0 ? [found.map(([, score = '']) => score)] : [];
  });
  return seen.at(-1) ?? [];
}

/** What each role's reader makes of a reply, as plain data. */
const READERS = {
  judge: (text: string, { reply }: RealReply) =>
    createEvaluationReader(listAsked(reply).map((name) => ({ name, scoring: '' })))(text),
  reward: (text: string) => createSelectionReader({ query: '', aspects: ASPECTS, most: 5 })(text),
  optimizer: (text: string) => readRewrittenPrompt(text),
};
type Judged = 'judge' | 'reward' | 'optimizer';
const read = (real: RealReply, text: string): ReadResult<unknown> => READERS[real.role as Judged](text, real);

/** Says what a person would not read so; undefined if all is as it stands there. */
function findFault(real: RealReply, text: string, value: unknown): string | undefined {
  const letters = toLetters(text);
  if (real.role === 'judge') {
    const names = listAsked(real.reply);
    for (const name of names) {
      const entry = field(value, name);
      const { rationale, score } = Judgement.parse(entry ?? {});
      const seen = seeScores(text, name, names);
      const isSeen = seen.some((one) => (score === undefined ? /^\s*n\/?a\s*$/i.test(one) : toPoints(one) === score));
      if (!isSeen) return `${name}: read ${String(score)}, seen ${seen.join(' and ')}`;
      if (!letters.includes(toLetters(rationale))) return `${name}: a rationale that is not there`;
      if (/["']score["']\s*:/i.test(rationale)) return `${name}: a rationale with a score in it`;
    }
    return undefined;
  }
  if (real.role === 'reward') {
    const from = text.search(/selected[_ ]aspects/i);
    const names = z.array(z.object({ name: z.string() })).parse(field(value, 'aspects'));
    const unseen = names.find(({ name }) => !toLetters(text.slice(Math.max(0, from))).includes(toLetters(name)));
    return unseen && `the aspect ${unseen.name} is not there`;
  }
  const prompt = String(value);
  const line = prompt.split('\n').find((part) => !letters.includes(toLetters(part)));
  if (line !== undefined) return `a line that is not there: ${line}`;
  return /["'](analysis|thought|new_system_prompt)["']\s*:/.test(prompt)
    ? 'a prompt with other fields in it'
    : undefined;
}

/** What a reply says that is plain JSON in the form asked for; undefined for any other. */
function readPlainly({ role, reply }: RealReply, text: string): unknown {
  const value = parse(text);
  if (role === 'judge') {
    const entries = listAsked(reply).map((name) => [name, field(value, name)] as const);
    const isWhole = entries.every(
      ([, entry]) =>
        typeof field(entry, 'rationale') === 'string' && [1, 2, 3, 4, 5].includes(Number(field(entry, 'score'))),
    );
    const scores = entries.map(([name, entry]) => [name, Number(field(entry, 'score'))]);
    return isWhole && entries.length > 0 ? Object.fromEntries(scores) : undefined;
  }
  if (role === 'reward') {
    const names = field(field(value, 'aspects_selection'), 'selected_aspects');
    const isKnown = Array.isArray(names) && names.length > 0 && names.every((name) => NAMES.includes(String(name)));
    return isKnown ? [...new Set(names)].slice(0, 5) : undefined;
  }
  const prompt = field(value, 'new_system_prompt');
  return typeof prompt === 'string' ? prompt : undefined;
}
/** The same of what was read. */
function simplify({ role }: RealReply, value: unknown): unknown {
  if (role === 'judge')
    return Object.fromEntries(Object.entries(Object(value)).map(([name, entry]) => [name, field(entry, 'score')]));
  if (role === 'reward')
    return z
      .array(z.looseObject({ name: z.string() }))
      .parse(field(value, 'aspects'))
      .map(({ name }) => name);
  return value;
}

const judged = [...ofRole('judge'), ...ofRole('reward'), ...ofRole('optimizer')].filter(
  ({ role, reply }) => role !== 'judge' || listAsked(reply).length > 0,
);
const anyReply = fc.constantFrom(...judged);
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (text: string, where: number): number => Math.floor(where * text.length);

/** Changes that leave the meaning alone. */
const KIND: ((text: string) => string)[] = [
  (text) => `\`\`\`json\n${text}\n\`\`\``,
  (text) => `Sure! Here is my answer:\n\n${text}\n\nLet me know {if} you need more.`,
  (text) => `\ufeff  ${text.replaceAll('\n', '\r\n')}\n\n`,
  (text) => JSON.stringify(parse(text) ?? text),
  (text) => (parse(text) === undefined ? text : JSON.stringify(parse(text), null, 4)),
  (text) => text.replace(/\}\s*$/, ',\n}'),
  (text) => `I must give {…} here.\n${text}`,
  ...THINKING.map(
    (write) => (text: string) => write('Maybe {"Helpfulness": {"score": 1}, "new_system_prompt": "DRAFT"}?', text),
  ),
];
const JUNK = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\\',
  '<think>',
  '</think>',
  '```',
  '5',
  '1 to 5',
  '"score": 3',
  ' and',
  '…',
];
/** Changes that may break it. `a`, `b`: places in the text; `n`: a small number. */
type Break = (text: string, a: number, b: number, n: number) => string;
const HARSH: Break[] = [
  (text, a) => text.slice(0, at(text, a)),
  (text, a, _, n) => text.slice(0, at(text, a)) + text.slice(at(text, a) + n),
  (text, a, _, n) => text.slice(0, at(text, a)) + (JUNK[n % JUNK.length] ?? '') + text.slice(at(text, a)),
  (text, a, _, n) => text.slice(0, at(text, a) + n) + text.slice(at(text, a)),
  (text, a, b) =>
    text.slice(0, at(text, a)) + (judged[at('x'.repeat(judged.length), b)]?.reply ?? '').slice(at(text, a)),
  (text, _, __, n) => text.replace(/("score"\s*:\s*"?)\d/g, `$1${n % 10}`),
  (text, _, __, n) =>
    text.replace(/("score"\s*:\s*)(\d)/, `$1"${['$2/5', '$2 out of 5', 'N/A', '', '$2.5', '-$2'][n % 6]}"`),
  (text, a) => text.slice(at(text, a)),
];
const broken = fc
  .tuple(
    anyReply,
    fc.array(fc.tuple(fc.constantFrom(...HARSH), share, share, fc.integer({ min: 1, max: 24 })), {
      minLength: 1,
      maxLength: 2,
    }),
  )
  .map(([real, changes]) => ({
    real,
    text: changes.reduce((text, [edit, a, b, n]) => edit(text, a, b, n), real.reply),
  }));
const runs = { numRuns: Number(process.env['REAL_REPLY_RUNS'] ?? 1500) };

describe('real replies', () => {
  it('are there, of every role and model', () => {
    expect(REPLIES.length).toBeGreaterThanOrEqual(500);
    for (const role of ['judge', 'reward', 'optimizer', 'base'] as const)
      expect(ofRole(role).length).toBeGreaterThan(5);
    expect(new Set(REPLIES.map(({ model }) => model)).size).toBe(4);
  });

  it('are read as they stand there, and every one in plain JSON is read', () => {
    let plain = 0;
    for (const real of judged) {
      const [reading, wanted] = [read(real, real.reply), readPlainly(real, real.reply)];
      if (wanted !== undefined) {
        plain++;
        expect('value' in reading && simplify(real, reading.value)).toEqual(wanted);
      }
      if ('value' in reading)
        expect([real.reply, findFault(real, real.reply, reading.value)]).toEqual([real.reply, undefined]);
    }
    expect(plain).toBeGreaterThan(100);
  });

  it('keep a judge’s rationale word for word', () => {
    let kept = 0;
    for (const real of ofRole('judge')) {
      const [reading, plain] = [read(real, real.reply), parse(real.reply)];
      if (!('value' in reading) || plain === undefined) continue;
      for (const name of listAsked(real.reply)) {
        const said = field(field(plain, name), 'rationale');
        if (typeof said !== 'string') continue;
        expect(field(field(reading.value, name), 'rationale')).toBe(said);
        kept++;
      }
    }
    expect(kept).toBeGreaterThan(100);
  });

  it('count where they stand after a draft of the same judge', () => {
    const plain = ofRole('judge').filter((real) => readPlainly(real, real.reply) !== undefined);
    fc.assert(
      fc.property(fc.constantFrom(...plain), fc.constantFrom(...plain), (draft, real) => {
        fc.pre(listAsked(draft.reply).join() === listAsked(real.reply).join());
        const text = `My first thought was ${draft.reply}\n\nMy judgement:\n${real.reply}`;
        expect(read(real, text)).toEqual(read(real, real.reply));
      }),
      { numRuns: 300 },
    );
  });

  it('are read the same in any wrapping', () => {
    fc.assert(
      fc.property(anyReply, fc.constantFrom(...KIND), (real, wrap) => {
        const plain = read(real, real.reply);
        if ('complaint' in plain || !/^\s*\{[\s\S]*\}\s*$/.test(real.reply)) return;
        expect(read(real, wrap(real.reply))).toEqual(plain);
      }),
      runs,
    );
  });

  it('are read as a person would read them or refused, however they were broken', () => {
    let values = 0;
    fc.assert(
      fc.property(broken, ({ real, text }) => {
        const reading = read(real, text);
        if ('complaint' in reading) return;
        values++;
        expect(findFault(real, text, reading.value)).toBeUndefined();
      }),
      runs,
    );
    expect(values).toBeGreaterThan(runs.numRuns / 20);
  });

  it('are read whole or not at all if they were cut', () => {
    fc.assert(
      fc.property(anyReply, share, (real, where) => {
        const whole = read(real, real.reply);
        const reading = read(real, real.reply.slice(0, at(real.reply, where)));
        if ('value' in reading) expect(reading).toEqual(whole);
      }),
      runs,
    );
  });

  it('of a base model are shown without a thought, and hold nothing that is not there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ofRole('base')),
        fc.constantFrom(...THINKING),
        share,
        fc.boolean(),
        ({ reply, output, finish }, write, where, isCut) => {
          const whole = write('SECRET', reply);
          const text = isCut ? whole.slice(0, Math.max(at(whole, where), whole.indexOf('SECRET'))) : whole;
          if (!/[<[◁]/.test(whole.slice(0, whole.indexOf('SECRET'))) && text !== whole) return; // nothing marks a thought yet
          const { response } = readResponse(text, {
            isPlain: output === 'plain',
            isLimited: isCut || finish === 'length',
          });
          expect(response).not.toContain('SECRET');
          // a limit does not end inside a mark, which is one token
          expect(reply).toContain(response.replace(/[<[◁][^\s>]*$/, '').trim());
        },
      ),
      runs,
    );
  });
});
