import type { RunRecord } from '../../report/createRunView.ts';
import type { Evaluation } from '../../state/judgement.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import type { ProofVerdict } from '../../state/verdict.ts';

/** A node of a journal with defaults for all fields that a test does not name. */
export function node(id: string, fields: Partial<Hypothesis> = {}): Hypothesis {
  const parts = id.split('.');
  const parent = parts.length > 1 ? parts.slice(0, -1).join('.') : null;
  const reward = fields.reward === undefined ? 4 : fields.reward;
  const evaluation: Evaluation = reward === null ? {} : { Clarity: { rationale: 'Clear.', score: reward } };
  const depth = parts.length - 1;
  const position = {
    id,
    parent,
    depth,
    index: Number(parts.at(-1)),
    prompt: `Prompt ${id}`,
    query: `Query ${depth}`,
    response: `Response ${id}`,
  };
  return { ...position, aspects: ['Clarity'], evaluation, reward, value: depth === 0 ? 0 : reward, ...fields };
}

/** The result.json of a search that ended. */
export const resultFor = (
  nodes: readonly Hypothesis[],
  bestId: string,
  beam: readonly string[] = [bestId],
): Record<string, unknown> => {
  const best = nodes.find((n) => n.id === bestId);
  const kept = new Set([...nodes.flatMap((n) => n.parent ?? []), ...beam]);
  return {
    bestPrompt: best?.prompt ?? '',
    bestId,
    value: best?.value ?? null,
    stoppedBy: 'depth',
    levels: best?.depth ?? 0,
    final: FINAL,
    nodes: nodes.map((n) => ({ ...n, kept: kept.has(n.id) })),
    calls: { base: 148, reward: 30, judge: 148, optimizer: 45, embeddings: 0 },
    retries: { judge: { rateLimited: 3 }, base: {} },
    failures: {
      calls: { base: { timeout: 1 } },
      finish: { base: { length: 2, refusal: 0, empty: 0 } },
      unreadable: { judge: 2 },
    },
    rejectedRewrites: { duplicate: 2, empty: 0 },
    reliability: { judgements: 4, scores: 18, spread: 0.22, rewardSpread: 0.11 },
    tokens: {
      base: { input: 312_400, output: 61_200 },
      reward: { input: 21_000, output: 9800 },
      judge: { input: 402_000, output: 98_000 },
      optimizer: { input: 88_000, output: 31_000 },
    },
    usd: 0.2231,
    seconds: 754,
  };
};

/** The verdict of a proof on three queries. */
export const verdictOf = (fields: Partial<ProofVerdict> = {}): ProofVerdict => ({
  outcome: 'better',
  text: 'better by 0.50 (0.10 to 0.90)',
  mean: 0.5,
  low: 0.1,
  high: 0.9,
  margin: 0.2,
  queries: 3,
  moreQueries: null,
  judge: 'judge-model',
  reasons: [],
  ...fields,
});

/** The final comparison of a run. */
const FINAL = {
  queries: ['How do tides work?', 'Write a polite reminder.'],
  proof: ['What is a monad?', 'Is it safe to eat raw dough?'],
  candidates: [
    { id: '0', prompt: 'You are a helpful assistant.', mean: 3.9, judged: 6 },
    { id: '0.1', prompt: 'You are a helpful, careful assistant.', mean: 4.2, judged: 6 },
  ],
  winner: '0.1',
  difference: { mean: 0.31, low: 0.12, high: 0.5 },
  challenger: '0.1',
  challengerDifference: { mean: 0.31, low: 0.12, high: 0.5 },
  byCriterion: { Clarity: { mean: 0.4, judged: 6 } },
  notes: ['two of six queries could be held out'],
};

export const CONFIG = {
  preset: 'default',
  models: {
    base: { provider: 'openai', model: 'gpt-4o-mini', price: { input: 0.15, output: 0.6 } },
    judge: { provider: 'openai', model: 'gpt-4o', price: { input: 2.5, output: 10 } },
  },
  search: { strategy: 'beam', beamWidth: 2, actions: 3, depth: 20 },
};

const WORDS =
  'be clear and honest when you answer a question say what you know keep to the point give examples where they help avoid harm'.split(
    ' ',
  );
const ASPECTS = [
  'Helpfulness',
  'Clarity',
  'Factuality',
  'Depth',
  'Engagement',
  'Safety',
  'Empathy',
  'Creativity',
  'Conciseness',
  'Compliance',
];

/** Pseudo-random numbers in [0, 1), the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** A search with `size` nodes and texts of realistic length. */
export function largeRun(size: number, { width = 4, actions = 4, seed = 1 } = {}): RunRecord {
  const next = random(seed);
  const text = (words: number): string =>
    Array.from({ length: words }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ');
  const scores = (): Evaluation =>
    Object.fromEntries(
      ASPECTS.filter(() => next() > 0.5).map((a) => [a, { rationale: text(40), score: 2 + Math.floor(next() * 4) }]),
    );
  const judged = (id: string, parent: Hypothesis | null, index: number, prompt: string): Hypothesis => {
    const depth = parent ? parent.depth + 1 : 0;
    const evaluation = next() < 0.02 ? {} : scores();
    const points = Object.values(evaluation).map((s) => s.score);
    const reward = points.length ? points.reduce((a, b) => a + b, 0) / points.length : null;
    const value = parent ? ((parent.value ?? 0) * (depth - 1) + (reward ?? 3)) / depth : 0;
    const missing = points.length ? {} : { missing: 'the reply was no JSON after two attempts' };
    return node(id, {
      parent: parent?.id ?? null,
      depth,
      index,
      prompt,
      query: `Query ${depth}: ${text(25)}`,
      response: text(180),
      aspects: Object.keys(evaluation),
      evaluation,
      reward,
      value,
      ...missing,
    });
  };
  const root = judged('0', null, 0, 'You are a helpful assistant.');
  const nodes = [root];
  let beam = [root];
  while (nodes.length < size) {
    const level = beam.flatMap((parent, rank) => {
      const kept = parent !== root && next() < 0.4;
      return Array.from({ length: kept ? 1 : actions }, (_, i) =>
        judged(
          `${parent.id}.${i}`,
          parent,
          rank * actions + i,
          kept ? parent.prompt : `${parent.prompt.slice(-900)} ${text(30)}`,
        ),
      );
    });
    nodes.push(...level.slice(0, size - nodes.length));
    beam = level
      .slice(0, size)
      .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))
      .slice(0, width);
  }
  const last = nodes.filter((n) => n.depth === nodes.at(-1)?.depth).toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const ids = last.slice(0, width).map((n) => n.id);
  return { title: `synthetic, ${size} nodes`, config: CONFIG, result: resultFor(nodes, ids[0] ?? '0', ids), nodes };
}

/** Texts that try to become markup or code. */
export const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror="alert(2)">',
  '"><svg/onload=alert(3)>',
  'javascript:alert(4)//<!--<script>',
  '__proto__',
  '\u202Eesrever\u202C \u2066isolated',
  'lone \uD800 surrogate \uDC00',
  'line\u2028and\u2029paragraph \u0000 \u001B[31m red',
  '${alert(5)} {{constructor.constructor("alert(6)")()}}',
  'w'.repeat(100_000),
];

/** A run in which every text is hostile. */
export function hostileRun(): RunRecord {
  const all = HOSTILE.join('\n');
  const evaluation: Evaluation = Object.fromEntries(
    HOSTILE.map((text, i) => [text, { rationale: all, score: 1 + (i % 5) }]),
  );
  Object.defineProperty(evaluation, '__proto__', {
    value: { rationale: all, score: 2 },
    enumerable: true,
    configurable: true,
    writable: true,
  });
  const hostile = (id: string, text: string): Hypothesis =>
    node(id, {
      prompt: text,
      query: all,
      response: all,
      aspects: [...Object.keys(evaluation), '<b>unscored</b>'],
      evaluation,
      reward: 3,
      value: 3,
    });
  const nodes = [
    hostile('0', all),
    ...HOSTILE.map((text, i) => hostile(`0.${i}`, text)),
    { ...hostile('0.0.0', all), evaluation: {}, reward: null, missing: all },
  ];
  const verdict = verdictOf({ text: all, judge: all, reasons: [{ code: 'judge-noise', text: all }] });
  const result = { ...resultFor(nodes, '0.0.0'), bestPrompt: all, stoppedBy: HOSTILE[0], verdict };
  const answer = { response: all, evaluation, reward: 3 };
  const proof = [{ query: all, judge: all, first: answer, challenger: answer }];
  const config = { [HOSTILE[1] ?? '']: HOSTILE[0], list: HOSTILE, models: { base: { model: all } } };
  return { title: HOSTILE[0] ?? '', config, result, nodes, proof };
}
