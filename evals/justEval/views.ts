import { summarizeJudgements, type JudgementSummary } from './judgementSummary.ts';
import type { ScoredJudgement } from './records.ts';

/** just-eval's tags for tasks; its tags for the difficulty are the digits 1 to 5 (docs/reference.md#just-eval). */
export const TASKS = ['info-seek', 'reasoning', 'procedure', 'writing', 'coding', 'role-play', 'math'] as const;
/** just-eval's tags for topics. */
const TOPICS = ['lifestyle', 'stem', 'humanities', 'nature', 'finance', 'ethics', 'medical', 'malicious'] as const;
/** The names of just-eval's difficulties. */
const DIFFICULTIES = ['easy', 'medium', 'hard'] as const;

/** The ways to group results. */
export type ViewName = 'dataset' | 'task' | 'topic' | 'difficulty';

/** Summaries by data set, task, topic and difficulty; an instruction counts for each of its tags. */
export type SummaryViews = Record<ViewName, Record<string, JudgementSummary>>;

/** Summarizes judgements by group; empty groups are left out. */
export function summarizeViews(judgements: readonly ScoredJudgement[]): SummaryViews {
  const datasets = [...new Set(judgements.flatMap(({ dataset }) => dataset ?? []))].toSorted();
  return {
    dataset: summarizeGroups(judgements, datasets, ({ dataset }, name) => dataset === name),
    task: summarizeGroups(judgements, TASKS, hasTag),
    topic: summarizeGroups(judgements, TOPICS, hasTag),
    difficulty: summarizeGroups(judgements, DIFFICULTIES, ({ tags = [] }, name) =>
      tags.some((tag) => toDifficultyName(tag) === name),
    ),
  };
}

const hasTag = ({ tags = [] }: ScoredJudgement, name: string): boolean =>
  tags.some((tag) => tag.toLowerCase() === name);

/** Names the difficulty of a tag: 1 and 2 are easy, 3 is medium, 4 and 5 are hard, and the words mean themselves. Null for other tags. */
export function toDifficultyName(tag: string): string | null {
  const word = DIFFICULTIES.find((name) => name === tag.toLowerCase());
  if (word || !/^[1-5]$/.test(tag)) return word ?? null;
  return Number(tag) < 3 ? 'easy' : Number(tag) === 3 ? 'medium' : 'hard';
}

function summarizeGroups(
  judgements: readonly ScoredJudgement[],
  names: readonly string[],
  isInGroup: (judgement: ScoredJudgement, name: string) => boolean,
): Record<string, JudgementSummary> {
  const groups = names.map((name) => [name, judgements.filter((judgement) => isInGroup(judgement, name))] as const);
  return Object.fromEntries(
    groups.filter(([, group]) => group.length > 0).map(([name, group]) => [name, summarizeJudgements(group)]),
  );
}
