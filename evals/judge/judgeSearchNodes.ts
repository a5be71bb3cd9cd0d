import { z } from 'zod';
import type { Judge, Nodes } from '../../nodes/node.ts';
import { Evaluation, type Score } from '../../state/judgement.ts';
import type { QueryInput } from '../../state/example.ts';
import type { Reward } from '../../state/reward.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { listGroups } from './clusterFigures.ts';
import type { LabelledResponse } from './labelledResponse.ts';

/** Points that a judge may be off without a remark. */
const TOLERATED_POINTS = 0.5;

/** What the search for a judge's instructions is made of. */
export interface JudgeSearchParts {
  nodes: Nodes;
  responses: readonly LabelledResponse[];
  /** The criteria of the labels. */
  rewards: readonly Reward[];
  /** The judge with other instructions. */
  createJudge: (instructions: string) => Judge;
}

/** The nodes and queries of a search for a judge's instructions. */
export interface JudgeSearch {
  nodes: Nodes;
  queries: QueryInput[];
}

/**
 * Makes the nodes of a search whose system prompt is the judge's instructions: a query is a labelled response, the "response" is what
 * the judge says of it, and the reward is its agreement with the labels. The optimizer stays.
 */
export function createJudgeSearch({ nodes, responses, rewards, createJudge }: JudgeSearchParts): JudgeSearch {
  const byText = new Map(responses.map((response) => [renderItem(response), response]));
  const getItem = (query: string): LabelledResponse => {
    const item = byText.get(query);
    if (item) return item;
    throw new Error('a query of the search is none of the labelled responses');
  };
  return {
    queries: [...byText.keys()].map((text) => ({ text, source: 'labels' })),
    nodes: {
      ...nodes,
      retrieveExamples: async ({ queries }) => ({ exampleIndices: queries.map(() => []) }),
      selectRewards: async ({ query }) => ({ rewards: pickRewards(getItem(query), rewards), reasoning: '' }),
      respond: async ({ prompt, query }, config) => {
        const { labels: _, ...reads } = getItem(query);
        const own = pickRewards(getItem(query), rewards);
        const { evaluation, missing } = await createJudge(prompt)(
          { ...reads, rewards: own, reasoning: '', stage: 'prompt' },
          config,
        );
        return missing === undefined
          ? { response: JSON.stringify(evaluation, null, 2) }
          : { response: '', missing: `no response: ${missing}` };
      },
      judge: async ({ query, response }) => {
        const evaluation = measureLabelAgreement(getItem(query), Evaluation.parse(JSON.parse(response)));
        return Object.keys(evaluation).length > 0
          ? { evaluation }
          : { evaluation, missing: 'the judge scored no criterion that has a label' };
      },
    },
  };
}

/** The criteria that a response has labels of. */
const pickRewards = ({ labels }: LabelledResponse, rewards: readonly Reward[]): Reward[] =>
  rewards.filter(({ name }) => labels.some(({ criterion }) => criterion === name));

/** A labelled response as the optimizer sees it. */
const renderItem = ({ query, response, labels }: LabelledResponse): string =>
  [
    `A judge scores this response.\nThe query:\n${query}`,
    `The response:\n${response}`,
    `The points that people gave it: ${listLabelMeans(labels)
      .map(({ criterion, points }) => `${criterion} ${formatPoints(points)}`)
      .join(', ')}`,
  ].join('\n\n');

const listLabelMeans = (labels: LabelledResponse['labels']): { criterion: string; points: number }[] =>
  listGroups(labels, ({ criterion }) => criterion).flatMap((own) => {
    const points = computeMean(own.flatMap((label) => label.points ?? []));
    const [first] = own;
    return points === null || !first ? [] : [{ criterion: first.criterion, points }];
  });

/** How well the judge's points agree with the labels, by criterion: 5 points if they are equal, one less for each point of difference. */
export function measureLabelAgreement(
  { labels }: Pick<LabelledResponse, 'labels'>,
  evaluation: Evaluation,
): Evaluation {
  return Object.fromEntries(
    listLabelMeans(labels).flatMap(({ criterion, points }) => {
      const given = Object.hasOwn(evaluation, criterion) ? evaluation[criterion] : undefined;
      return given ? [[criterion, compareScore(given, points)] as const] : [];
    }),
  );
}

function compareScore({ score, rationale }: Score, points: number): Score {
  const off = score - points;
  const said = `The judge gives ${formatPoints(score)} points, people give ${formatPoints(points)}`;
  const remark =
    Math.abs(off) <= TOLERATED_POINTS
      ? `${said}: it agrees with them.`
      : `${said}: it is too ${off > 0 ? 'lenient' : 'harsh'} by ${formatPoints(Math.abs(off))}. Its reason: ${rationale}`;
  return {
    rationale: remark,
    score: z
      .number()
      .min(1)
      .max(5)
      .parse(5 - Math.abs(off)),
  };
}

const formatPoints = (points: number): string => String(Number(points.toFixed(2)));
