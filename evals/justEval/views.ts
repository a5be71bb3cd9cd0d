import { summarizeJudgements, type JudgementSummary } from './judgementSummary.ts';
import type { ScoredJudgement } from './records.ts';

/** just-eval's tags; digits tell the difficulty (docs/algorithm.md#just-eval). */
export const TASKS = ['info-seek', 'reasoning', 'procedure', 'writing', 'coding', 'role-play', 'math'] as const;
export const TOPICS = [
  'lifestyle',
  'stem',
  'humanities',
  'nature',
  'finance',
  'ethics',
  'medical',
  'malicious',
] as const;
export const DIFFICULTIES = ['easy', 'medium', 'hard'] as const;

/** The ways to break results down. */
export type ViewName = 'dataset' | 'task' | 'topic' | 'difficulty';

/** Results by data set, task, topic and difficulty, on every aspect; an instruction counts under each of its tags. */
export type SummaryViews = Record<ViewName, Record<string, JudgementSummary>>;

/** Breaks judgements down; groups nobody is in are left out. */
export function summarizeViews(all: readonly ScoredJudgement[]): SummaryViews {
  const datasets = [...new Set(all.flatMap((s) => s.dataset ?? []))].toSorted();
  return {
    dataset: summarizeGroups(all, datasets, (s, name) => s.dataset === name),
    task: summarizeGroups(all, TASKS, hasTag),
    topic: summarizeGroups(all, TOPICS, hasTag),
    difficulty: summarizeGroups(all, DIFFICULTIES, (s, name) =>
      (s.tags ?? []).some((tag) => toDifficultyName(tag) === name),
    ),
  };
}

const hasTag = ({ tags = [] }: ScoredJudgement, name: string): boolean =>
  tags.some((tag) => tag.toLowerCase() === name);

/** 1 and 2 are easy, 3 medium, 4 and 5 hard; the words themselves are taken too. */
export function toDifficultyName(tag: string): string | null {
  const known = DIFFICULTIES.find((name) => name === tag.toLowerCase());
  if (known || !/^[1-5]$/.test(tag)) return known ?? null;
  return Number(tag) < 3 ? 'easy' : Number(tag) === 3 ? 'medium' : 'hard';
}

function summarizeGroups(
  all: readonly ScoredJudgement[],
  names: readonly string[],
  belongs: (scored: ScoredJudgement, name: string) => boolean,
): Record<string, JudgementSummary> {
  const groups = names.map((name) => [name, all.filter((s) => belongs(s, name))] as const);
  return Object.fromEntries(
    groups.filter(([, own]) => own.length > 0).map(([name, own]) => [name, summarizeJudgements(own)]),
  );
}
