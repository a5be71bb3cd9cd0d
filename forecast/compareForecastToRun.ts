import { z } from 'zod';
import { countWalkCalls, countRequestedRewrites } from './calls.ts';
import { type KeepOutcome, simulateWalk } from './walk.ts';
import { findKeepReason } from '../graphs/beam/children.ts';
import { Hypothesis, makeRootDraft } from '../state/hypothesis.ts';
import { isPerfect } from '../state/judgement.ts';
import { computeMean } from '../statistics/computeMean.ts';
import { Config } from '../run/config/loadConfig.ts';
import { UserError } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
import { makeAssumptions, mapRoles, FORECAST_ROLES, sumCalls, type Assumptions } from './assumptions.ts';
import { reconstructWalk } from './walks.ts';
import { type Forecast, forecastRun } from './forecast.ts';
import { readPlanInput, toSearchShape } from './planInput.ts';

export const FinishedResult = z.object({
  nodes: z.array(Hypothesis),
  stoppedBy: z.string(),
  calls: z.record(z.string(), z.number()),
  tokens: z.record(z.string(), z.object({ input: z.number(), output: z.number() })),
  usd: z.number(),
  seconds: z.number(),
});
export type FinishedResult = z.infer<typeof FinishedResult>;

/** What a finished run kept at each level: the parents that had a reason to. */
export function findKeeping(
  { nodes }: Pick<FinishedResult, 'nodes'>,
  { preset, search }: Pick<Config, 'preset' | 'search'>,
): KeepOutcome[] {
  const parents = new Set(nodes.flatMap((n) => n.parent ?? []));
  const levels = Math.max(...nodes.map((n) => n.depth));
  const { lineage } = makeRootDraft('', ''); // not looked at
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const ancestors = (n: Hypothesis): string[] => {
    const parent = byId.get(n.parent ?? '');
    return parent ? [...ancestors(parent), parent.prompt] : [];
  };
  return Array.from({ length: levels }, (_, level) => {
    const expanded = nodes.filter((n) => n.depth === level && parents.has(n.id));
    const reasons = expanded.flatMap((n) => findKeepReason({ ...n, lineage }, search) ?? []);
    const asking = expanded.filter((n) => findKeepReason({ ...n, lineage }, search) === null);
    const requests = new Set(
      asking.map((n) => JSON.stringify([n.prompt, n.response, ancestors(n).slice(-search.historyLength)])),
    );
    return {
      kept: reasons.length,
      alike: asking.length - requests.size,
      raises: reasons.some((reason) => reason === 'good' || preset === 'reference'),
    };
  });
}

/** How many of a run's rewrites were new: a duplicate is refused, or (reference preset) answered from the cache. */
function computeNewRewriteShare({ nodes, calls }: FinishedResult, keptCount: number, choices: number): number {
  const asked = new Set(nodes.map((n) => JSON.stringify([n.query, n.prompt])));
  const judgedAnew = Math.min(asked.size, calls['base'] ?? Infinity);
  return choices > 0 ? (judgedAnew - 1 - keptCount) / choices : 1;
}

/** What stage 1 did: requests for rewrites, and the lengths of the answers it left. */
interface Stage1Summary {
  rewrites: number;
  answers: readonly number[];
}

/** How long a run's texts were, in place of what is assumed. `choices`: rewrites of the prompt that were asked for. */
function measureAssumptions(
  { nodes, calls, tokens }: FinishedResult,
  assumed: Assumptions,
  choices: number,
  stage1: Stage1Summary,
): Assumptions {
  const average = (values: readonly number[], otherwise: number): number => computeMean(values) ?? otherwise;
  const reply = (role: string): number => (4 * (tokens[role]?.output ?? 0)) / Math.max(1, calls[role] ?? 0);
  const points = nodes.flatMap((n) => Object.values(n.evaluation));
  const rewritten = nodes.filter((n) => n.prompt !== nodes[0]?.prompt).map((n) => n.prompt.length);
  const prompt = average(rewritten, assumed.prompt);
  const example = average(stage1.answers, assumed.example);
  // of the optimizer's replies that is beside the rewrite: its analysis, in both stages
  const texts = choices * prompt + stage1.rewrites * example;
  const beside = (4 * (tokens['optimizer']?.output ?? 0) - texts) / Math.max(1, choices + stage1.rewrites);
  const lengths = (of: readonly string[], otherwise: number): number =>
    average(
      of.map((text) => text.length),
      otherwise,
    );
  return {
    ...assumed,
    fullMarks: average(
      nodes.map((n) => Number(isPerfect(n.evaluation))),
      assumed.fullMarks,
    ),
    prompt,
    example,
    response: lengths(
      nodes.map((n) => n.response),
      assumed.response,
    ),
    rationale: lengths(
      points.map((p) => p.rationale),
      assumed.rationale,
    ),
    aspects: average(
      nodes.map((n) => n.aspects.length),
      assumed.aspects,
    ),
    reply: { reward: reply('reward'), judge: reply('judge'), optimizer: prompt + beside },
  };
}

/** A finished run: what is forecast once its kept prompts and the lengths of its texts are known, beside what it took. */
export async function compareForecastToRun(
  run: string,
  assumed?: Partial<Assumptions>,
): Promise<{ forecast: Forecast; actual: Forecast }> {
  const folder = RunFolder.openExisting(run);
  const config = Config.parse(folder.readJson('config.json'));
  const parsed = FinishedResult.safeParse(folder.readJson('result.json'));
  if (!parsed.success || ['budget', 'interrupted'].includes(parsed.data.stoppedBy))
    throw new UserError(
      `--run: expected a finished run, got ${run} (${parsed.data?.stoppedBy ?? 'no result.json'}); let \`optimize\` end first`,
    );
  const result = parsed.data;
  const given = await readPlanInput(config);
  const base = { ...makeAssumptions(config), ...assumed };
  const pattern = findKeeping(result, config);
  const keeping = (level: number): KeepOutcome | null => pattern[level] ?? null;
  const plain = simulateWalk({ ...toSearchShape(given), final: null }, keeping); // as deep as it went
  const [kept, wanted] = [plain.reduce((n, l) => n + l.kept, 0), plain.reduce((n, l) => n + l.choices, 0)];
  const taken = computeNewRewriteShare(result, kept, wanted);
  const asBeam = ['beam', 'greedy', 'stochastic-beam'].includes(config.search.strategy.name);
  const walk = asBeam ? simulateWalk(toSearchShape(given, taken), keeping) : reconstructWalk(result.nodes, given);
  const examples = Math.min(given.examples.length, config.examples.rewriteLimit ?? Infinity);
  const rewrites = config.examples.rewrite
    ? Math.max(0, (result.calls['optimizer'] ?? 0) - countWalkCalls(walk).optimizer)
    : 0;
  const answers = Object.values(z.record(z.string(), z.string()).parse(folder.readJson('examples.json') ?? {}));
  const stage1 = { rewrites, answers: answers.map((text) => text.length) };
  const choices = walk.reduce((n, level) => n + countRequestedRewrites(level), 0);
  const lengths = measureAssumptions(result, base, choices, stage1);
  const [calls, tokens] = [
    mapRoles((role) => result.calls[role] ?? 0),
    mapRoles((role) => result.tokens[role] ?? { input: 0, output: 0 }),
  ];
  const foreseen = forecastRun(given, walk, lengths, rewrites / Math.max(1, examples));
  const actual = {
    calls: { ...calls, total: sumCalls(calls) },
    tokens: { ...tokens, total: FORECAST_ROLES.reduce((n, role) => n + tokens[role].input + tokens[role].output, 0) },
    steps: foreseen.steps,
    usd: foreseen.usd === null ? null : result.usd,
    seconds: result.seconds,
  };
  return { forecast: foreseen, actual };
}
