import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveSearchOptions, type SpeculationReport } from '../../graphs/searchOptions.ts';
import { searchSystemPrompt, type SearchOptions } from '../../graphs/index.ts';
import { survival } from '../../graphs/ahead/survival.ts';
import {
  applyJudgement,
  makeRootDraft,
  type Candidate,
  type CandidateDraft,
  type Hypothesis,
} from '../../state/hypothesis.ts';
import { evaluationOf, fakeNodes, queriesUpTo, type Counts } from './fakes.ts';

type Points = (prompt: string, query: string) => number | null;
type Wait = (what: string, about: string) => Promise<unknown>;

/** A search whose models take their time, as `wait` has it. */
async function run(points: Points, wait: Wait, options: SearchOptions = {}) {
  const { nodes, counts } = fakeNodes(points);
  const journal: Hypothesis[] = [];
  const reports: SpeculationReport[] = [];
  const slow: typeof nodes = {
    ...nodes,
    respond: async (reads, config) => (await wait('respond', reads.prompt), nodes.respond(reads, config)),
    judge: async (reads, config) => (await wait('judge', reads.response), nodes.judge(reads, config)),
    rewriteSystemPrompt: async (reads, config) => (
      await wait('rewrite', reads.prompt),
      nodes.rewriteSystemPrompt(reads, config)
    ),
  };
  const graph = searchSystemPrompt(slow, {
    initialPrompt: '0',
    depth: 7,
    journal: (node) => journal.push(node),
    onSpeculated: (report) => reports.push(report),
    ...options,
  });
  const out = await graph.invoke({ queries: queriesUpTo(60) });
  return { out, journal: journal.toSorted((a, b) => a.depth - b.depth || a.place - b.place), reports, counts };
}

const all = ({ base, judge, optimizer }: Counts): number => base + judge + optimizer;
const pause = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));
const levelOf = (query: string): number => Number(query.split(' ')[1]);

describe('search.speculate', () => {
  it('changes neither the result nor the journal, and every call more is told', async () => {
    const scores = fc.func(fc.integer({ min: 2, max: 10 }).map((half) => half / 2));
    await fc.assert(
      fc.asyncProperty(scores, fc.infiniteStream(fc.integer({ min: 0, max: 4 })), async (score, delays) => {
        const points: Points = (prompt, query) => score([prompt, query]);
        const still = await run(points, async () => undefined);
        const ahead = await run(points, () => pause(delays.next().value), { speculate: true });
        expect([ahead.out, ahead.journal]).toEqual([still.out, still.journal]);
        const wasted = ahead.reports.reduce((sum, r) => sum + r.wasted, 0);
        expect(all(ahead.counts)).toBe(all(still.counts) + wasted);
      }),
      { numRuns: 8 },
    );
  });

  it('goes on with the probable survivors while the slowest is waited for', async () => {
    const begun: string[] = [];
    let answered = false;
    const slowest: Wait = async (what, about) => {
      begun.push(`${what} ${about}${answered ? '' : ' ahead'}`);
      if (what === 'judge' && about === '0.2') answered = await pause(60).then(() => true);
    };
    const points: Points = (prompt) => (prompt === '0.2' ? 1 : prompt.startsWith('0.') ? 4 : 3);
    const { reports } = await run(points, slowest, { speculate: true, depth: 3, final: null });
    expect(begun).toEqual(expect.arrayContaining(['rewrite 0.0 ahead', 'rewrite 0.1 ahead', 'judge 0.0.1 ahead']));
    expect(reports[0]).toMatchObject({ level: 1, begun: 2, needed: 2, wasted: 0 });
    expect(reports[0]?.ahead).toBeGreaterThan(30);
  });

  it('calls off what proves needless, and asks for nothing beyond the last level', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { nodes } = fakeNodes((prompt) => ({ '0.0': 3, '0.1': 3, '0.2': 5 })[prompt] ?? 3);
    const reports: SpeculationReport[] = [];
    const graph = searchSystemPrompt(
      {
        ...nodes,
        judge: async (reads, config) => (reads.response === '0.2' && (await pause(40)), nodes.judge(reads, config)),
        rewriteSystemPrompt: async (reads, config) => {
          if (reads.prompt === '0.0') signals.push(config?.signal);
          return nodes.rewriteSystemPrompt(reads, config);
        },
      },
      {
        initialPrompt: '0',
        depth: 3,
        beamWidth: 1,
        final: null,
        speculate: true,
        onSpeculated: (r) => reports.push(r),
      },
    );
    await graph.invoke({ queries: queriesUpTo(9) });
    expect(signals.map((s) => s?.aborted)).toEqual([true]);
    expect(reports.map((r) => [r.level, r.needed, r.ahead])).toEqual([[1, 0, 0]]);
    expect(reports[0]?.wasted).toBeGreaterThan(0);
  });

  it('tells of a failure only where the call was needed', async () => {
    const failing = (which: string) => async (what: string, about: string) => {
      if (what === 'judge' && about === '0.2') await pause(30);
      if (what === 'rewrite' && about === which) throw new Error(`no rewrite of ${which}`);
    };
    const points: Points = (prompt, query) => (levelOf(query) === 0 ? 3 : prompt === '0.2' ? 4.4 : 3.5);
    await expect(run(points, failing('0.1'), { speculate: true, depth: 3, final: null })).resolves.toBeDefined();
    await expect(run(points, failing('0.0'), { speculate: true, depth: 3, final: null })).rejects.toThrow(
      'no rewrite of 0.0',
    );
  });
});

describe('the chance of survival', () => {
  const options = resolveSearchOptions({ final: null });
  const root = applyJudgement(makeRootDraft('0', 'q'), { response: '', aspects: [], evaluation: evaluationOf(3) });
  const draft = (place: number): CandidateDraft => ({ ...root, id: `0.${place}`, parent: '0', depth: 1, place });
  const scored = (place: number, points: number): Candidate =>
    applyJudgement(draft(place), { response: '', aspects: [], evaluation: evaluationOf(points) });

  it('is certain where nothing is out, and where what is out cannot matter', () => {
    const level = [scored(0, 4), scored(1, 3), scored(2, 2)];
    const chances = level.map((c) => survival(c, { judged: level, out: [] }, [], options));
    expect(chances).toEqual([1, 1, 0]);
    const [best] = level;
    expect(best && survival(best, { judged: level, out: [draft(3)] }, [-1, 1], options)).toBe(1);
  });

  it('rises with the reward and falls with what is still out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 20 }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (deviations, one, other) => {
          const level = [scored(0, Math.max(one, other)), scored(1, Math.min(one, other))];
          const chance = (i: number, out: CandidateDraft[]): number => {
            const candidate = level[i];
            return candidate ? survival(candidate, { judged: level, out }, deviations, options) : -1;
          };
          const out = [draft(2), draft(3)];
          expect(chance(0, out)).toBeGreaterThanOrEqual(chance(1, out));
          expect(chance(1, [draft(2)])).toBeGreaterThanOrEqual(chance(1, out));
        },
      ),
    );
  });
});
