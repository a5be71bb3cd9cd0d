import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize, type OptimizeOptions } from '../../index.ts';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { makeSelectRewards } from '../../nodes/index.ts';
import { toPromptText } from '../../prompts/promptParts.ts';
import { renderRewriteSystemPrompt } from '../../prompts/rewriteSystemPrompt.ts';
import { renderSelectRewardsPrompt } from '../../prompts/selectRewards.ts';
import { serve } from '../models/fake.ts';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-rewards-'));
const queries = Array.from({ length: 12 }, (_, i) => `How do I mend part ${i} of a bicycle?`);
const optimizeSimulated = (config: object, more: Partial<OptimizeOptions> = {}) =>
  optimize({
    config: { models: { optimizer: 'simulated' }, search: { depth: 4 }, ...config },
    queries,
    folder: makeFolder(),
    ...more,
  });

describe('criteria', () => {
  const policy = { name: 'Policy', description: 'the shop’s rules are kept', weight: 3, always: true };

  it('that always count are judged on every query, with their weight', async () => {
    const { nodes } = await optimizeSimulated({ rewards: { criteria: [policy] } });
    expect(nodes.length).toBeGreaterThan(3);
    for (const { aspects, evaluation, reward } of nodes) {
      expect(aspects[0]).toBe('Policy');
      const scores = Object.values(evaluation);
      const total = scores.reduce((sum, { weight = 1 }) => sum + weight, 0);
      const weighted = scores.reduce((sum, { score, weight = 1 }) => sum + weight * score, 0) / total;
      expect(evaluation['Policy']?.weight).toBe(3);
      expect(reward).toBeCloseTo(weighted, 12);
    }
  });

  it('are offered to the reward model with their descriptions', async () => {
    const reply = JSON.stringify({ aspects_selection: { reasoning: 'r', selected_aspects: ['Brevity', 'Clarity'] } });
    const model = new FakeListChatModel({ responses: [reply] });
    const asked: string[] = [];
    const select = makeSelectRewards({
      model,
      criteria: [{ name: 'Brevity', description: 'the response is short', weight: 2 }, policy],
      task: 'Support for a bicycle shop.',
      prompt: (variables) => {
        asked.push(toPromptText(renderSelectRewardsPrompt(variables)));
        return asked.at(-1) ?? '';
      },
    });
    const { rewards } = await select({ query: 'q', stage: 'prompt' });
    expect(asked[0]).toContain('- Brevity: the response is short.');
    expect(asked[0]).toContain('- Clarity: ');
    expect(asked[0]).toContain('The assistant’s owner asks for Brevity.');
    expect(asked[0]).toContain('leave them out: Policy.');
    expect(asked[0]).toContain('Support for a bicycle shop.');
    expect(rewards).toEqual([
      {
        name: 'Policy',
        scoring: 'the shop’s rules are kept; 5 when that fully holds; 1 when it does not hold at all',
        weight: 3,
      },
      {
        name: 'Brevity',
        scoring: 'the response is short; 5 when that fully holds; 1 when it does not hold at all',
        weight: 2,
      },
      expect.objectContaining({ name: 'Clarity' }),
    ]);
  });

  it('that are names of aspects leave only these on offer', async () => {
    const { nodes } = await optimizeSimulated({ rewards: { criteria: ['Clarity', 'Depth', 'Safety'] } });
    const judged = new Set(nodes.flatMap(({ aspects }) => aspects));
    expect([...judged].filter((name) => !['Clarity', 'Depth', 'Safety'].includes(name))).toEqual([]);
    expect(judged.size).toBeGreaterThan(0);
  });

  it('of a static run all count, own ones among them', async () => {
    const criteria = ['Clarity', { name: 'Brevity', scale: { 5: 'it is short', 1: 'it is long' } }];
    const { nodes } = await optimizeSimulated({ rewards: { mode: 'static', criteria } });
    for (const { aspects } of nodes) expect(aspects).toEqual(['Clarity', 'Brevity']);
  });

  it('of a query count on that query alone', async () => {
    const own = queries.map((query, i) =>
      i % 2 ? { query, criteria: [{ name: 'Torque', description: 'it names the torque' }] } : query,
    );
    const { nodes } = await optimizeSimulated({}, { queries: own });
    for (const { query, aspects } of nodes) expect(aspects.includes('Torque')).toBe(queries.indexOf(query) % 2 === 1);
  });

  it.each([
    [{ criteria: ['Brevity'] }, 'or an object with "name" and "description"'],
    [{ criteria: ['Clarty'] }, 'Did you mean Clarity?'],
    [{ criteria: [policy, { ...policy, name: 'policy' }] }, 'expected each name once'],
    [{ criteria: [{ name: 'Policy' }] }, 'expected a "description"'],
    [{ criteria: [{ name: 'Policy:\nSafety', description: 'd' }] }, 'expected a short name on one line'],
    [{ criteria: [{ name: 'Policy', description: 'd', weight: -1 }] }, 'expected a number above 0'],
    [{ mode: 'static', criteria: [policy] }, 'expected no "always"'],
    [{ mode: 'checks', criteria: ['Clarity'], checks: [{ type: 'length', max: 9 }] }, 'expected none, because'],
    [{ mode: 'checks' }, 'expected a check for every query, got none for 12 of 12'],
    [{ checks: [{ type: 'equals' }] }, 'expected queries with an expected answer'],
    [{ checks: [{ type: 'function', module: './no-such.ts' }] }, 'no such file'],
    [{ aspects: ['Brevity'] }, 'unknown key'],
  ])('and checks without effect are refused: %j', async (rewards, message) => {
    await expect(optimizeSimulated({ rewards })).rejects.toThrow(message);
  });
});

describe('checks', () => {
  it('alone search without a judge and a reward model', async () => {
    const rewards = {
      mode: 'checks',
      checks: [
        { type: 'length', max: 20 },
        { type: 'contains', value: 'analogy', not: true },
      ],
    };
    const result = await optimizeSimulated({ rewards });
    expect(result.calls).toMatchObject({ judge: 0, reward: 0 });
    expect(result.nodes.length).toBeGreaterThan(1);
    for (const { reward } of result.nodes) expect([1, 3, 5]).toContain(reward);
    expect(result.reliability).toBeNull();
  });

  it('may be functions of one’s own', async () => {
    const module = join(makeFolder(), 'mine.mjs');
    writeFileSync(
      module,
      'export default ({ response }) => ({ score: response.length > 40 ? 0.5 : 1, remark: "be short" });',
    );
    const { nodes } = await optimizeSimulated({ rewards: { mode: 'checks', checks: [{ type: 'function', module }] } });
    expect(nodes[0]?.evaluation['mine']).toEqual({ rationale: 'be short', score: 3 });
  });
});

describe('passages that must stay', () => {
  it('are in every prompt word for word, and their tags in none', async () => {
    const initialPrompt = 'You are a shop’s assistant. <keep>Never promise a delivery date.</keep>';
    const { nodes, bestPrompt } = await optimizeSimulated({
      initialPrompt,
      mustKeep: ['Sign as the team.'],
      search: { depth: 6 },
    });
    for (const prompt of [bestPrompt, ...nodes.map((node) => node.prompt)]) {
      expect(prompt).toContain('Never promise a delivery date.');
      expect(prompt).toContain('Sign as the team.');
      expect(prompt).not.toContain('keep>');
    }
    expect(new Set(nodes.map((node) => node.prompt)).size).toBeGreaterThan(1);
  });

  it('are shown to the optimizer between tags, with what the assistant is for', () => {
    const reads = {
      prompt: 'A. Sign $& as. B.',
      query: 'q',
      response: 'r',
      evaluation: {},
      history: ['A. Sign $& as. B.'],
    };
    const text = toPromptText(renderRewriteSystemPrompt({ ...reads, kept: ['Sign $& as.'], task: 'A shop.' }));
    expect(text).toContain('A. <keep>Sign $& as.</keep> B.');
    expect(text).toContain('<task>\nA shop.\n</task>');
    expect(text).toContain('word for word');
    expect(toPromptText(renderRewriteSystemPrompt(reads))).not.toContain('keep');
  });
});

it('a base model without a chat template that says nothing without examples gets the advice to give it some', async () => {
  const { url } = await serve(() => ({ choices: [{ index: 0, finish_reason: 'stop', text: '<END>' }] }));
  const run = (api: string) =>
    optimizeSimulated({
      models: { optimizer: 'simulated', base: { model: 'm', baseUrl: url, api } },
      rewards: { mode: 'checks', checks: [{ type: 'length', max: 9 }] },
      search: { depth: 3 },
    });
  await expect(run('completions')).rejects.toThrow(/no query was answered.*needs examples of answers \(examples\.file/);
  await expect(run('chat')).rejects.not.toThrow(/needs examples/);
});
