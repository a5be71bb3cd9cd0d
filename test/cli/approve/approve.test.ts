import { describe, expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from '../../../graphs/approve.ts';
import { createEmptyDraft, parseLine } from '../../../cli/approve/approvalLines.ts';
import { renderLevel, renderCandidate } from '../../../cli/approve/showLevel.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { optimize } from '../../../run/optimize.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-approve-'));
const SET = [
  'search.depth=4',
  'search.maxDepthIncrease=0',
  'queries.limit=20',
  'judge.reliabilityChecks=0',
  'final=null',
];
const config = loadConfig({ roles: { optimizer: 'simulated' }, set: SET });
const candidate = (id: string, prompt = 'Be kind.'): Question['candidates'][number] => ({
  id,
  prompt,
  response: 'Yes.',
  evaluation: { Clarity: { rationale: 'clear', score: 4 } },
  reward: 4,
  value: 4,
});
const level = { candidates: [candidate('0.0'), candidate('0.1')] };
const said = (line: string) => parseLine(line, createEmptyDraft(), level);

describe('a line of a person', () => {
  it.each([
    ['a', { do: 'accept' }],
    ['?', { do: 'help' }],
    ['x 2', { show: '0.1' }],
    ['e 0.1', { edit: '0.1' }],
    ['e 1 You are  brief.', { draft: { edit: { '0.0': 'You are  brief.' }, score: {}, veto: [] } }],
    ['v 1 0.1', { draft: { edit: {}, score: {}, veto: ['0.0', '0.1'] } }],
    [
      's 2 Clarity=5 "Common sense"=2.5',
      { draft: { edit: {}, score: { '0.1': { Clarity: 5, 'Common sense': 2.5 } }, veto: [] } },
    ],
    ['s 2 Clarity=6', { complaint: 'expected 1 to 5 points for Clarity, got something else' }],
    ['v 3', { complaint: 'expected a candidate, 1 to 2 or its id, got 3' }],
    ['zap', { complaint: 'expected a, x, e, s, v, u or ?, got zap' }],
  ])('%s gives an action, a draft or a complaint', (line, expected) => expect(said(line)).toEqual(expected));

  it('adds to the earlier lines until they are undone', () => {
    const first = said('v 1');
    const second = 'draft' in first ? parseLine('s 2 Warmth=5', first.draft, level) : first;
    expect(second).toEqual({ draft: { edit: {}, score: { '0.1': { Warmth: 5 } }, veto: ['0.0'] } });
    expect('draft' in second && parseLine('u', second.draft, level)).toEqual({ draft: createEmptyDraft() });
  });
});

it('texts of models cannot control the terminal', () => {
  const hostile = candidate('0.0', 'Be\u001b]0;owned\u0007 kind\u202e.\u001b[2J');
  const text = renderLevel({ level: 1, query: 'Hi\u001b[31m?', candidates: [hostile] }) + renderCandidate(hostile);
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

describe('optimize --approve', () => {
  const asking = (decide: (question: Question) => unknown) => {
    const asked: Question[] = [];
    const ask = async (question: unknown): Promise<unknown> => {
      asked.push(question as Question);
      return decide(question as Question);
    };
    return { asked, ask };
  };

  it('asks at each level and applies the decision', async () => {
    const { asked, ask } = asking(({ level: at, candidates }) =>
      at === 1 ? { level: 1, veto: [candidates[0]?.id], edit: { [candidates[1]?.id ?? '']: 'Mine.' } } : { level: at },
    );
    const outcome = await optimize({ config, folder: folder(), approve: ask });
    expect(asked.map((q) => q.level)).toEqual([0, 1, 2, 3]);
    expect(asked[2]?.candidates.some(({ id }) => id.startsWith('0.0.'))).toBe(false);
    expect(outcome.nodes.some(({ depth, prompt }) => depth > 1 && prompt.startsWith('Mine.'))).toBe(true);
  });

  it('asks again after an interruption and uses no earlier answer', async () => {
    const out = folder();
    const stop = asking(({ level: at }) => {
      if (at === 2) throw Object.assign(new Error('gone'), { name: 'AbortError' });
      return { level: at };
    });
    expect((await optimize({ config, folder: out, approve: stop.ask })).stoppedBy).toBe('interrupted');
    const again = asking(({ level: at }) => ({ level: at }));
    expect((await optimize({ config, folder: out, approve: again.ask })).stoppedBy).toBe('depth');
    expect(again.asked.map((q) => q.level)).toEqual([2, 3]);
    expect(again.asked.every(({ complaint }) => complaint === undefined)).toBe(true);
  });
});
