import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptimizeResult } from '../../run/result.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import { chat } from '../models/fake.ts';
import { getWireMessages, makeStrictServer, runOptimize, simulateChat, type StrictRule } from './strictServer.ts';

const POINTS = { scoring: 'points', reliabilityChecks: 0 };
const EXPECTED = { scoring: 'expected', reliabilityChecks: 0 };
const SCORES_ALONE = { ...EXPECTED, remarks: 'when-rewritten' };
const LESS = { final: null };

const getText = (body: Record<string, unknown>): string => getWireMessages(body).at(-1)?.content ?? '';
const asksForDigits = (body: Record<string, unknown>): boolean =>
  getWireMessages(body).some(({ content }) => /Reply with .* from 1 to 5/.test(content));
const isJudge = (body: Record<string, unknown>): boolean => body['model'] === 'judge';
const listScores = ({ nodes }: OptimizeResult): number[] =>
  nodes.flatMap(({ evaluation }) => Object.values(evaluation).map(({ score }) => score));
const isWhole = (score: number): boolean => Number.isInteger(score);

async function runAt(givesLogprobs: boolean, judge: object, rules: StrictRule[] = [], more: object = {}) {
  const { url, seen } = await makeStrictServer({ givesLogprobs }, ...rules);
  const run = await runOptimize(url, { judge, ...LESS, ...more });
  return { ...run, url, judged: () => seen.map(({ body }) => body).filter(isJudge), count: () => seen.length };
}

/** Repeats a run elsewhere from its answers, and expects the same scores without a request. */
async function expectRepeated({ out, url, readResult, count }: Awaited<ReturnType<typeof runAt>>, judge: object) {
  const folder = join(mkdtempSync(join(tmpdir(), 'drpo-odds-')), 'run');
  mkdirSync(folder);
  for (const name of ['config.json', 'calls.jsonl', 'data.json']) cpSync(join(out, name), join(folder, name));
  const sent = count();
  const again = await runOptimize(url, { judge, ...LESS, out: folder });
  expect({ status: again.status, sent: count() }).toEqual({ status: 0, sent });
  expect(again.readResult().nodes).toEqual(readResult().nodes);
}

describe('a judge that is asked for digits alone, over HTTP', () => {
  it('scores every candidate by the odds, and explains only the scores of those that are rewritten', async () => {
    const { status, stderr, readResult, judged } = await runAt(true, SCORES_ALONE);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { nodes, adjustments } = readResult();
    const [alone, explained] = [judged().filter(asksForDigits), judged().filter((body) => !asksForDigits(body))];
    expect(adjustments).toEqual([]);
    expect(alone.every((body) => body['logprobs'] === true && Number(body['max_tokens']) < 64)).toBe(true);
    expect(explained.every((body) => !('logprobs' in body) && Number(body['max_tokens']) > 64)).toBe(true);
    expect(listScores(readResult()).some((score) => !isWhole(score))).toBe(true);
    const parents = nodes.filter(({ id, prompt }) =>
      nodes.some((child) => child.parent === id && child.prompt !== prompt),
    );
    const isExplained = ({ evaluation }: (typeof nodes)[number]): boolean =>
      Object.values(evaluation).every(({ rationale }) => rationale !== '');
    expect(parents.length).toBeGreaterThan(1);
    expect(parents.every(isExplained)).toBe(true);
    expect(nodes.filter(isExplained).length).toBe(explained.length);
    expect(alone.length).toBe(nodes.length);
  });

  it('keeps each aspect at the start of a line', async () => {
    const { readResult, judged } = await runAt(true, SCORES_ALONE);
    const first = judged().find(asksForDigits) ?? {};
    for (const aspect of readResult().nodes[0]?.aspects ?? [])
      expect(getText(first)).toMatch(new RegExp(`^- ${aspect}: `, 'm'));
  });

  it('repeats a run from its answers, without a request and with the same scores', async () => {
    const run = await runAt(true, SCORES_ALONE);
    await expectRepeated(run, SCORES_ALONE);
  });

  it('counts the requests for remarks towards the budget', async () => {
    const whole = (await runAt(true, SCORES_ALONE)).count();
    const { status, count, out, url, readResult } = await runAt(true, SCORES_ALONE, [], { budget: { calls: 12 } });
    expect({ status, sent: count() }).toEqual({ status: 3, sent: 12 });
    const rest = await runOptimize(url, { judge: SCORES_ALONE, ...LESS, out, budget: { calls: 500 } });
    expect({ status: rest.status, sent: count() }).toEqual({ status: 0, sent: whole });
    expect(readResult().nodes.length).toBeGreaterThan(3);
  });
});

describe('a judge without odds is asked for points and remarks', () => {
  const refuses: StrictRule = (body) =>
    'logprobs' in body && {
      status: 400,
      body: {
        error: { message: "Unsupported parameter: 'logprobs'", param: 'logprobs', code: 'unsupported_parameter' },
      },
    };
  const refusesSilently =
    (status: number): StrictRule =>
    (body) =>
      'logprobs' in body && { status, body: { error: { message: 'That did not work.' } } };
  const refusesWith =
    (status: number, error: object): StrictRule =>
    (body) =>
      'logprobs' in body && { status, body: error };
  const forbids = refusesWith(403, {
    error: { message: 'You are not allowed to request logprobs from this model.', type: 'invalid_request_error' },
  });
  const refusesBoth = refusesWith(422, {
    detail: ['logprobs', 'top_logprobs'].map((name) => ({ type: 'extra_forbidden', loc: ['body', name], msg: 'No.' })),
  });
  const hasNoServer = refusesWith(404, {
    error: { message: 'No endpoints found that can handle the requested parameters.', code: 404 },
  });
  const thinks: StrictRule = (body) =>
    asksForDigits(body) && {
      choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant', content: '<think>Well, the' } }],
    };
  const chats: StrictRule = (body) =>
    asksForDigits(body) && {
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'It is a fine answer.' } }],
    };

  it.each<[string, boolean, object, StrictRule[], number]>([
    ['an endpoint ignores logprobs', false, SCORES_ALONE, [], 1],
    ['an endpoint refuses logprobs', true, SCORES_ALONE, [refuses], 1],
    ['an endpoint refuses logprobs and does not say what', true, SCORES_ALONE, [refusesSilently(400)], 1],
    ['a model thinks first', true, SCORES_ALONE, [thinks], 1],
    ['a model chats', true, SCORES_ALONE, [chats], 3],
    ['logprobs of whole judgements are refused', true, EXPECTED, [refuses], 1],
    ['logprobs of whole judgements are refused without a reason', true, EXPECTED, [refusesSilently(400)], 3],
    ['logprobs of whole judgements make the server fail', true, EXPECTED, [refusesSilently(500)], 4],
    ['logprobs are refused as GPT-5 refuses them', true, EXPECTED, [forbids], 1],
    ['both of their names are refused', true, EXPECTED, [refusesBoth], 1],
    ['a router has no server for them', true, EXPECTED, [hasNoServer], 1],
  ])('if %s', async (_, gives, judge, rules, requests) => {
    const whole = await runAt(gives, POINTS);
    const { status, stderr, readResult, judged } = await runAt(gives, judge, rules);
    expect(status).toBe(0);
    expect(readResult().nodes).toEqual(whole.readResult().nodes);
    expect(readResult().adjustments).toEqual([{ role: 'judge', parameter: 'logprobs', sentAs: null }]);
    expect(judged().filter((body) => body['logprobs'] === true).length).toBe(requests);
    expect(stderr.match(/^judge: .*the points that it writes are the scores/gm)?.length).toBe(1);
  });
});

it.each([
  ['refused', true],
  ['ignored', false],
])('a run whose endpoint %s logprobs repeats from its answers without a request', async (_, gives) => {
  const refuses: StrictRule = (body) =>
    gives && 'logprobs' in body && { status: 400, body: { error: { message: 'No logprobs.' } } };
  const run = await runAt(gives, EXPECTED, [refuses]);
  await expectRepeated(run, EXPECTED);
});

describe('a judge whose odds end, or that chats now and then', () => {
  /** Replies of the judge without logprobs, from the `from`-th request for them on. */
  const losesOdds = (from: number): StrictRule => {
    const [judge, seen] = [createSimulatedModel('judge'), { count: 0 }];
    return (body) => body['logprobs'] === true && ++seen.count >= from && simulateChat(judge, body, false);
  };
  /** Chats about every second response, whatever the order of the requests. */
  const chatsOften: StrictRule = (body) =>
    asksForDigits(body) &&
    Number(createHash('sha256').update(getText(body)).digest()[0]) % 2 === 0 && {
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'It is a fine answer.' } }],
    };

  it('digits alone are asked for their odds three more times, then the user is told once', async () => {
    const { status, stderr, readResult, judged } = await runAt(true, SCORES_ALONE, [losesOdds(3)], { concurrency: 1 });
    expect(status).toBe(0);
    expect(judged().filter((body) => body['logprobs'] === true).length).toBe(5);
    expect(readResult().adjustments).toEqual([{ role: 'judge', parameter: 'logprobs', sentAs: null }]);
    expect(stderr.match(/^judge: .*the points that it writes are the scores/gm)?.length).toBe(1);
    expect(
      readResult().nodes.some(({ evaluation }) => Object.values(evaluation).every(({ score }) => isWhole(score))),
    ).toBe(true);
  });

  it('a judge that chats now and then gives the same run at any concurrency, and is asked for digits to the end', async () => {
    const runs = [];
    for (const concurrency of [1, 8]) runs.push(await runAt(true, SCORES_ALONE, [chatsOften], { concurrency }));
    const [one, eight] = runs.map(({ readResult }) => readResult());
    expect(one?.nodes).toEqual(eight?.nodes);
    expect([one?.adjustments, eight?.adjustments]).toEqual([[], []]);
    for (const { judged } of runs) {
      const asked = judged().filter((body) => body['logprobs'] === true);
      const again = asked.filter((body) => !asksForDigits(body));
      expect(again.length).toBeGreaterThan(0);
      expect(again.length).toBeLessThan(asked.length / 2);
    }
  });

  it('a judge that chats is not asked for digits again if the run continues', async () => {
    const always: StrictRule = (body) => asksForDigits(body) && chat('It is a fine answer.');
    const { status, out, url, judged, readResult } = await runAt(true, SCORES_ALONE, [always], {
      budget: { calls: 9 },
    });
    expect(status).toBe(3);
    expect(judged().filter(asksForDigits).length).toBe(3);
    const rest = await runOptimize(url, { judge: SCORES_ALONE, ...LESS, out, budget: { calls: 500 } });
    expect(rest.status).toBe(0);
    expect(judged().filter(asksForDigits).length).toBe(3);
    expect(readResult().nodes.length).toBeGreaterThan(3);
  });
});

/** The default: whole judgements, scored by the odds of their points if the endpoint gives them. */
const DEFAULT = { reliabilityChecks: 0 };
const WHOLE_POINTS = 'Scores are whole points, because the judge gave no odds of its digits (logprobs).';

it('by default, whole judgements without odds count as written: nothing is adjusted, and the summary says it', async () => {
  const points = await runAt(false, POINTS);
  const { status, stderr, readResult, judged } = await runAt(false, DEFAULT);
  expect({ status, adjustments: readResult().adjustments, judgedByOdds: readResult().judgedByOdds }).toEqual({
    status: 0,
    adjustments: [],
    judgedByOdds: 0,
  });
  expect(readResult().nodes).toEqual(points.readResult().nodes);
  expect(judged().every((body) => body['logprobs'] === true)).toBe(true);
  expect(stderr.match(/logprobs/g)).toHaveLength(1);
  expect(stderr).toContain(WHOLE_POINTS);
  expect(points.stderr).not.toContain(WHOLE_POINTS);
});

it('a server that fails now and then is not taken for one that refuses logprobs, once it answered a request for them', async () => {
  const fails: StrictRule = (body, _, i) =>
    isJudge(body) && i > 12 && failures++ < 3 && { status: 500, body: { error: { message: 'Busy.' } } };
  let failures = 0;
  const { status, readResult } = await runAt(false, DEFAULT, [fails], { concurrency: 1 });
  expect({ status, failures: failures > 2, adjustments: readResult().adjustments }).toEqual({
    status: 0,
    failures: true,
    adjustments: [],
  });
});

it('a key that may not use the judge is no refusal of logprobs', async () => {
  const forbids: StrictRule = (body) =>
    isJudge(body) && { status: 403, body: { error: { message: 'Your key may not use this model.' } } };
  const { status, stderr, judged } = await runAt(true, DEFAULT, [forbids]);
  expect({ status, requests: judged().length }).toEqual({ status: 1, requests: 1 });
  expect(stderr).toContain('answered 403');
});

it('warns of a judge whose scores are partly means over odds and partly whole points', async () => {
  const judge = createSimulatedModel('judge');
  let asked = 0;
  const sometimes: StrictRule = (body) => isJudge(body) && asked++ % 2 === 0 && simulateChat(judge, body, false);
  const { status, readResult } = await runAt(true, DEFAULT, [sometimes], { search: { depth: 4, maxDepthIncrease: 0 } });
  expect(status).toBe(0);
  expect(readResult().warnings).toContainEqual({
    code: 'judge-odds-missing',
    text: expect.stringMatching(/^Only \d+ of \d+ replies of the judge came with the odds/),
  });
});

it('by default, whole judgements are scored by the odds of their points without a further request', async () => {
  const points = await runAt(true, POINTS);
  const { status, readResult, judged } = await runAt(true, DEFAULT);
  expect(status).toBe(0);
  expect(readResult().judgedByOdds).toBe(judged().length);
  expect(points.readResult().judgedByOdds).toBe(null);
  expect(judged().length).toBe(readResult().nodes.length);
  expect(listScores(readResult()).some((score) => !isWhole(score))).toBe(true);
  expect(listScores(points.readResult()).every(isWhole)).toBe(true);
  expect(readResult().nodes[0]?.evaluation).toEqual(
    Object.fromEntries(
      Object.entries(points.readResult().nodes[0]?.evaluation ?? {}).map(([aspect, score]) => [
        aspect,
        { ...score, score: expect.any(Number) },
      ]),
    ),
  );
});
