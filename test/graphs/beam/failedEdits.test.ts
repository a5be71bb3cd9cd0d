import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REFERENCE_SEARCH, searchSystemPrompt, type SearchOptions } from '../../../graphs/index.ts';
import { mergeFailedEdits } from '../../../graphs/beam/failedEdits.ts';
import type { RewriteSystemPrompt } from '../../../nodes/index.ts';
import { toPromptText } from '../../../prompts/promptParts.ts';
import { renderRewriteSystemPrompt } from '../../../prompts/rewriteSystemPrompt.ts';
import { fingerprintPrompt } from '../../../state/promptFingerprint.ts';
import { evaluationOf, fakeNodes, queriesUpTo } from '../fakes.ts';

const BAD = '- Answer in rhymes.';
type Reads = Parameters<RewriteSystemPrompt>[0];

/** A search in which a line that rhymes costs two points; what the optimizer was shown, in the order it was asked. */
async function shown(options: SearchOptions = {}): Promise<Reads[]> {
  const { nodes } = fakeNodes((prompt) => (prompt.includes(BAD) ? 2 : 4));
  const asked: Reads[] = [];
  const graph = searchSystemPrompt(
    {
      ...nodes,
      rewriteSystemPrompt: async (reads) => {
        asked.push(reads);
        return {
          prompts: ['a', 'b'].map((x) => `${reads.prompt}\n- ${x}.`).concat(`${reads.prompt}\n${BAD}`),
          rejected: [],
        };
      },
    },
    { initialPrompt: 'You help.', depth: 5, maxDepthIncrease: 0, final: null, ...options },
  );
  await graph.invoke({ queries: queriesUpTo(9) });
  return asked;
}

describe('edits that scored clearly lower than a sibling', () => {
  it('are shown once when a survivor’s children are rewritten, and not to others', async () => {
    const asked = await shown();
    const depth = (r: Reads): number => r.prompt.split('\n').length - 1;
    expect(asked.filter((r) => depth(r) <= 1).map((r) => r.failedEdits)).toEqual([undefined, undefined, undefined]);
    expect(asked.filter((r) => depth(r) > 1).map((r) => r.failedEdits)).toEqual(
      asked.filter((r) => depth(r) > 1).map(() => [BAD]),
    );
    expect(asked.length).toBeGreaterThan(4);
  });

  it('are not shown if none are wanted, nor in the reference', async () => {
    for (const options of [{ failedEditsShown: 0 }, REFERENCE_SEARCH])
      expect((await shown(options)).flatMap((r) => r.failedEdits ?? [])).toEqual([]);
  });

  it('are whole in the optimizer’s prompt', () => {
    const reads = { prompt: 'p', query: 'q', response: 'r', evaluation: evaluationOf(2), history: [] };
    expect(toPromptText(renderRewriteSystemPrompt({ ...reads, failedEdits: [BAD] }))).toContain(
      `<did-worse>\n${BAD}\n</did-worse>`,
    );
    expect(toPromptText(renderRewriteSystemPrompt(reads))).not.toContain('did-worse');
  });

  it('are the newest ones, each once, up to the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.nat(6), (failed, lessons, memory) => {
        const kept = mergeFailedEdits(failed, lessons, memory);
        expect(kept.length).toBeLessThanOrEqual(memory);
        expect(new Set(kept).size).toBe(kept.length);
        expect([...failed, ...lessons]).toEqual(expect.arrayContaining(kept));
      }),
    );
  });
});

it('the optimizer knows the prompts of the level before its parent’s, cousins included', async () => {
  const inputs = await shown();
  const cousin = fingerprintPrompt('You help.\n- b.\n- a.');
  const atDepth3 = inputs.filter(({ prompt }) => prompt.split('\n').length === 4);
  expect(atDepth3.map(({ knownPrompts }) => knownPrompts?.includes(cousin))).toEqual([true, true]);
});
