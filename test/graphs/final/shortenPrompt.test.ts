import { describe, expect, it } from '@jest/globals';
import { searchSystemPrompt, type SearchOptions } from '../../../graphs/index.ts';
import type { FinalOptions } from '../../../graphs/finalOptions.ts';
import { fakeNodes, queriesUpTo } from '../fakes.ts';

const FILLER = 'This sentence was left behind by somebody and says nothing at all.';
const USEFUL = 'Answer in one line.';
const BETTER = `${FILLER}\n\n${USEFUL}\n\nBe kind.`;
const FINAL = { candidates: 2, selectionQueries: 6, proof: { maxQueries: 8 }, shorten: true } satisfies FinalOptions;

/** A search whose rewrites all are `BETTER`, and what every prompt was asked. `loss`: by sections that are missing, on a query. */
async function run(
  {
    points = scoreSections,
    ...options
  }: SearchOptions & { points?: (prompt: string, query: string) => number | null } = {},
  queries = 60,
) {
  const { nodes } = fakeNodes(points);
  const seen: { prompt: string; query: string }[] = [];
  const search = searchSystemPrompt(
    {
      ...nodes,
      respond: async (reads) => (seen.push(reads), nodes.respond(reads)),
      rewriteSystemPrompt: async () => ({ prompts: [BETTER, `${BETTER} Now.`], rejected: [] }),
    },
    { initialPrompt: 'Help.', depth: 3, maxDepthIncrease: 0, actions: 2, final: FINAL, ...options },
  );
  return { out: await search.invoke({ queries: queriesUpTo(queries) }), seen };
}

/** The useful sentence is worth 1.5 points. */
const scoreSections = (prompt: string): number => (prompt.includes(USEFUL) ? 4 : 2.5);

describe('a winner that is shortened', () => {
  it('loses what nothing needs and keeps what helps', async () => {
    const { out } = await run();
    expect(out.bestPrompt).toBe(USEFUL);
    expect(out.bestId).toBe(out.final?.winner);
    expect(out.final?.candidates.find(({ id }) => id === out.bestId)?.prompt).toContain(FILLER);
    expect(out.final?.shortened).toMatchObject({
      words: 4,
      cuts: 2,
      tried: 3,
      difference: { mean: 0, low: 0, high: 0 },
      margin: 0.2,
    });
  });

  it('stays whole without the option', async () => {
    const { out } = await run({ final: { ...FINAL, shorten: false } });
    expect(out.bestPrompt).toContain(FILLER);
    expect(out.final?.shortened).toBeUndefined();
  });

  it('answers anew only what was cut, and what the proof had left', async () => {
    const { out, seen } = await run();
    const queries = new Set([...(out.final?.queries ?? []), ...(out.final?.shortened?.queries ?? [])]);
    expect(queries.size).toBe(14);
    const asked = seen.filter(({ query }) => queries.has(query));
    expect(new Set(asked.map(({ prompt, query }) => `${prompt}|${query}`)).size).toBe(asked.length);
    expect(asked.filter(({ prompt }) => prompt === 'Help.').length).toBe(6 + (out.final?.proof.length ?? 0));
  });

  it('is compared with the whole one, so that small losses do not add up', async () => {
    const points = (prompt: string): number =>
      prompt === 'Help.' ? 2 : 4 - [FILLER, USEFUL, 'Be kind.'].filter((part) => !prompt.includes(part)).length * 0.15;
    const { out } = await run({ points });
    expect(out.final?.shortened).toMatchObject({ cuts: 1 });
    expect(out.final?.shortened?.difference.mean).toBeCloseTo(-0.15, 6);
    const { out: wide } = await run({ points, final: { ...FINAL, shorten: { margin: 0.5 } } });
    expect(wide.final?.shortened).toMatchObject({ cuts: 2, margin: 0.5 });
  });

  it('keeps no cut whose loss may be more than the margin', async () => {
    const points = (prompt: string, query: string): number =>
      prompt === 'Help.' ? 2 : prompt.startsWith(BETTER) ? 4 : query.endsWith('5') ? 1 : 4.2;
    const { out } = await run({ points });
    expect(out.bestPrompt).toContain(FILLER);
    expect(out.final?.notes.join()).toMatch(
      /not shortened: of \d cuts none was shown to lose less than 0.2 on 14 held-out/,
    );
  });

  it('tries no more cuts than it may, and gives up early on one that loses', async () => {
    const { out, seen } = await run({ final: { ...FINAL, shorten: { maxCuts: 1 } } });
    expect(out.final?.shortened).toMatchObject({ cuts: 1, tried: 1 });
    const all = await run({ points: (prompt) => (prompt === 'Help.' ? 2 : prompt.includes(FILLER) ? 4 : 1) });
    expect(all.seen.filter(({ prompt }) => !prompt.includes(FILLER) && prompt !== 'Help.').length).toBe(6);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('counts a missing judgement as no evidence', async () => {
    const { out } = await run({
      points: (prompt, query) =>
        !prompt.includes(FILLER) && prompt !== 'Help.' && /[0-4]$/.test(query) ? null : scoreSections(prompt),
    });
    expect(out.bestPrompt).toContain(FILLER);
  });

  it('keeps the passages that must stay', async () => {
    const { out } = await run({ mustKeep: ['says nothing'] });
    expect(out.bestPrompt).toContain(FILLER);
    expect(out.final?.shortened?.prompt).not.toContain('Be kind.');
  });

  it('is the first prompt never: that stays as its user wrote it', async () => {
    const { out } = await run({ initialPrompt: `${FILLER} Help.`, points: () => 3 });
    expect(out.bestPrompt).toBe(`${FILLER} Help.`);
    expect(out.final?.notes.join()).not.toContain('shortened');
  });

  it('needs a dozen queries, and says so', async () => {
    const { out } = await run({ final: { ...FINAL, proof: { maxQueries: 4 } } });
    expect(out.bestPrompt).toContain(FILLER);
    expect(out.final?.notes.join()).toContain('12 held-out queries are needed, there are 10');
  });
});
