import { formatYaml } from '../config/formatYaml.ts';
import type { Check } from '../../state/check.ts';
import { toPrintable } from '../progress.ts';
import type { ImportedQuery, ImportedTask } from './promptfoo/importPromptfoo.ts';
import type { StarterAnswers } from './starterAnswers.ts';
import { createConfig, createEnv, addIndent, listKeyVariables, STARTER_CONFIG, STARTER_ENV } from './starterFiles.ts';

export const IMPORTED_QUESTIONS = 'questions.jsonl';

/** Makes the files of a start from another tool's file: a config with what did not map, the queries, modules of checks, and the names of keys. */
export function createImportedFiles(
  task: ImportedTask,
  answers: Omit<StarterAnswers, 'scores'>,
  folder: string,
): Record<string, string> {
  const queries = joinEqualQueries(task.queries);
  const shared = listSharedChecks(queries);
  const isShared = (check: Check): boolean => shared.some((one) => isSame(one, check));
  const rows = queries.map(({ turns, expected, checks, criteria, split, metadata }) => {
    const own = checks.filter((check) => !isShared(check));
    return {
      ...(turns.length > 1 ? { messages: turns } : { query: turns[0]?.content }),
      ...(expected !== undefined && { expected }),
      ...(own.length > 0 && { checks: own }),
      ...(criteria.length > 0 && { criteria }),
      ...(split !== undefined && { split }),
      ...(Object.keys(metadata).length > 0 && { metadata }),
    };
  });
  const isChecked = queries.every(({ checks, criteria }) => checks.length > 0 && criteria.length === 0);
  const notes =
    task.unmapped.length > 0
      ? ['What has no counterpart here, or is not quite the same:', ...task.unmapped.map((line) => `- ${line}`)]
      : [];
  return {
    [STARTER_CONFIG]: createConfig(answers, folder, {
      notes: ['', `Made from ${task.source}.`, ...notes].map((line) =>
        toPrintable(line).replaceAll(/\s+/g, ' ').trim(),
      ),
      questions: {
        file: IMPORTED_QUESTIONS,
        about: `The ${queries.length} questions, each with what its answer is scored by.`,
      },
      rewards: createImportedRewards(isChecked, shared),
    }),
    [IMPORTED_QUESTIONS]: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    ...task.modules,
    [STARTER_ENV]: createEnv(listKeyVariables(answers)),
  };
}

function createImportedRewards(isChecked: boolean, checks: readonly Check[]): string {
  const mode = isChecked
    ? `  # Checks alone decide. No judge and no reward model is asked.\n${addIndent(formatYaml({ mode: 'checks' }))}`
    : '  # The reward model selects criteria for each question, and the judge scores them beside the checks and criteria of the question.\n';
  const shared = checks.length > 0 ? `  # Rules for every question.\n${addIndent(formatYaml({ checks }))}` : '';
  return `# What a good answer is. ${IMPORTED_QUESTIONS} has what counts on one question alone.\nrewards:\n${mode}${shared}${isChecked || shared ? '' : '  mode: dynamic\n'}`;
}

/** Joins queries of the same words: equal questions count once, so what each is scored by counts together. */
function joinEqualQueries(queries: readonly ImportedQuery[]): ImportedQuery[] {
  const byTurns = new Map<string, ImportedQuery>();
  for (const query of queries) {
    const key = JSON.stringify(query.turns);
    const before = byTurns.get(key);
    byTurns.set(key, before ? joinQueries(before, query) : query);
  }
  return [...byTurns.values()];
}

const joinQueries = (one: ImportedQuery, other: ImportedQuery): ImportedQuery => ({
  ...other,
  ...one,
  checks: [...one.checks, ...other.checks.filter((check) => !one.checks.some((own) => isSame(own, check)))],
  criteria: [...one.criteria, ...other.criteria.filter(({ name }) => !one.criteria.some((own) => own.name === name))],
});

/** The checks that every query has, if there are several queries. */
const listSharedChecks = ([first, ...others]: readonly ImportedQuery[]): Check[] =>
  others.length === 0
    ? []
    : (first?.checks.filter((check) => others.every(({ checks }) => checks.some((one) => isSame(one, check)))) ?? []);

const isSame = (a: Check, b: Check): boolean => JSON.stringify(a) === JSON.stringify(b);
