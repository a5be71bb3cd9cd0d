import { z } from 'zod';
import { ODDS_PARAMETER } from '../models/transport.ts';
import { Config } from '../run/config/loadConfig.ts';
import { UserError } from '../run/config/userError.ts';
import { RunFolder } from '../run/runFolder.ts';
import { Hypothesis } from '../state/hypothesis.ts';
import { isPerfect, isUnexplained } from '../state/judgement.ts';
import { computeMean } from '../statistics/computeMean.ts';
import { makeAssumptions, mapRoles, type Assumptions, type KnownAssumptions } from './assumptions.ts';
import { makeDrawingNodes } from './drawingNodes.ts';
import { averageForecasts, makeForecast, type Forecast } from './forecast.ts';
import { drawWalks } from './forecastRange.ts';
import { readPlanInput, type PlanInput } from './planInput.ts';
import { makeReplayNodes } from './replayNodes.ts';
import { forecastWalk } from './forecastWalk.ts';

const FinishedResult = z.object({
  nodes: z.array(Hypothesis),
  stoppedBy: z.string(),
  calls: z.record(z.string(), z.number()),
  tokens: z.record(z.string(), z.object({ input: z.number(), output: z.number() })),
  usd: z.number(),
  seconds: z.number(),
  adjustments: z.array(z.object({ role: z.string(), parameter: z.string() })).default([]),
});
type FinishedResult = z.infer<typeof FinishedResult>;

/** Forecasts a finished run from its models' answers, beside what the run took. @throws UserError */
export async function compareForecastToRun(
  run: string,
  known?: KnownAssumptions,
): Promise<{ forecast: Forecast; actual: Forecast }> {
  const folder = RunFolder.openExisting(run);
  const given = Config.parse(folder.readJson('config.json'));
  const parsed = FinishedResult.safeParse(folder.readJson('result.json'));
  if (!parsed.success || ['budget', 'interrupted'].includes(parsed.data.stoppedBy))
    throw new UserError(
      `--run: expected a finished run, got ${run} (${parsed.data?.stoppedBy ?? 'no result.json'}); let \`optimize\` end first`,
    );
  const result = parsed.data;
  const config = hasLeftOutOdds(result) ? withRemarks(given) : given;
  const input = await readPlanInput(config);
  const answers = Object.values(z.record(z.string(), z.string()).parse(folder.readJson('examples.json') ?? {}));
  const measured = measureTexts(result, answers, makeAssumptions(config, known), config.judge);
  const search = await replayRun({ ...input, config: withoutStage1(config) }, result, measured, 0);
  const optimizerCalls = result.calls['optimizer'] ?? 0;
  const stage1Calls = config.examples.rewrite ? Math.max(0, optimizerCalls - search.calls.optimizer) : 0;
  const lengths = measureOptimizer(result, search, stage1Calls, measured);
  const calls = mapRoles((role) => result.calls[role] ?? 0);
  const tokens = mapRoles((role) => result.tokens[role] ?? { input: 0, output: 0 });
  const forecast = await replayRun(input, result, lengths, stage1Calls);
  const { steps } = forecast;
  const actual = makeForecast(config, calls, tokens, { steps, seconds: result.seconds });
  return { forecast, actual: { ...actual, usd: actual.usd === null ? null : result.usd } };
}

/** Whether the run's judge gave no odds of digits, so that it was asked for points and remarks. */
const hasLeftOutOdds = ({ adjustments }: FinishedResult): boolean =>
  adjustments.some(({ role, parameter }) => role === 'judge' && parameter === ODDS_PARAMETER);

const withRemarks = (config: Config): Config => ({ ...config, judge: { ...config.judge, remarks: 'always' } });

const withoutStage1 = (config: Config): Config => ({ ...config, examples: { ...config.examples, rewrite: false } });

/** Forecasts from a run's answers. The scores of the final comparison, which it does not hold, are drawn a few times. */
async function replayRun(
  input: PlanInput,
  { nodes }: FinishedResult,
  assumed: Assumptions,
  stage1Calls: number,
): Promise<Forecast> {
  const { config, data } = input;
  const places = new Map(data.examples.map(({ query }, place) => [query, place]));
  const examples = Math.min(data.examples.length, config.examples.rewriteLimit ?? Infinity);
  // each example has its share of the rewrites
  const exampleRewrites = (query: string): number =>
    Math.floor((stage1Calls + examples - 1 - (places.get(query) ?? 0)) / examples);
  const walks: Forecast[] = [];
  for (const draws of drawWalks(assumed, REPLAYS)) {
    const drawing = makeDrawingNodes(config, input.nodes, assumed, { ...draws, exampleRewrites });
    walks.push(await forecastWalk(input, assumed, makeReplayNodes(nodes, drawing)));
  }
  return averageForecasts(config, walks);
}

const REPLAYS = 4;

/** A judge's reply has an aspect's name, two keys, marks and the score around each remark. */
const CHARS_AROUND_A_REMARK = 60;

/** Replaces assumed lengths by those of a run's texts. */
function measureTexts(
  { nodes, calls, tokens }: FinishedResult,
  answers: readonly string[],
  assumed: Assumptions,
  { remarks }: Config['judge'],
): Assumptions {
  const average = (values: readonly number[], otherwise: number): number => computeMean(values) ?? otherwise;
  const reply = (role: string): number => (4 * (tokens[role]?.output ?? 0)) / Math.max(1, calls[role] ?? 0);
  const explained = nodes
    .map(({ evaluation }) => Object.values(evaluation))
    .filter((scores) => scores.some((score) => !isUnexplained(score)));
  const rationales = explained.flatMap((scores) => scores.map((score) => score.rationale.length));
  // a judge that explains few of its scores writes short replies too, so its whole ones are measured by their remarks
  const wholeReplies = explained.map((scores) =>
    scores.reduce((sum, { rationale }) => sum + rationale.length + CHARS_AROUND_A_REMARK, 0),
  );
  const judge = remarks === 'when-rewritten' ? average(wholeReplies, assumed.reply.judge) : reply('judge');
  const rewritten = nodes.filter((node) => node.prompt !== nodes[0]?.prompt);
  return {
    ...assumed,
    fullMarks: average(
      nodes.map((node) => Number(isPerfect(node.evaluation))),
      assumed.fullMarks,
    ),
    prompt: average(
      rewritten.map((node) => node.prompt.length),
      assumed.prompt,
    ),
    example: average(
      answers.map((answer) => answer.length),
      assumed.example,
    ),
    response: average(
      nodes.map((node) => node.response.length),
      assumed.response,
    ),
    rationale: average(rationales, assumed.rationale),
    aspects: average(
      nodes.map((node) => node.aspects.length),
      assumed.aspects,
    ),
    reply: { ...assumed.reply, reward: reply('reward'), judge },
  };
}

/** Measures the optimizer's replies: a rewrite, and the text beside it in both stages. `search`: stage 2 as assumed. */
function measureOptimizer(
  { tokens }: FinishedResult,
  search: Forecast,
  stage1Calls: number,
  assumed: Assumptions,
): Assumptions {
  const { prompt, example, reply } = assumed;
  const rewrites = (4 * search.tokens.optimizer.output) / reply.optimizer;
  const texts = rewrites * prompt + stage1Calls * example;
  const beside = (4 * (tokens['optimizer']?.output ?? 0) - texts) / Math.max(1, rewrites + stage1Calls);
  return { ...assumed, reply: { ...reply, optimizer: prompt + beside } };
}
