import { drpo, paperNodes, type Judge, type Models } from '../index.ts'; // 'drpo' once installed

/** Adds a rule to the paper's judge: a response of more than `maxCharacters` characters gets 3 points at most. */
export function strictJudge(models: Models, maxCharacters = 1500): Judge {
  const { judge } = paperNodes(models);
  return async (reads, config) => {
    const { evaluation, ...rest } = await judge(reads, config);
    if (reads.response.length <= maxCharacters) return { evaluation, ...rest };
    const capped = Object.entries(evaluation).map(
      ([aspect, { rationale, score }]) =>
        [aspect, { rationale: `${rationale} It is too long.`, score: Math.min(score, 3) }] as const,
    );
    return { evaluation: Object.fromEntries(capped), ...rest };
  };
}

export const search = (models: Models) =>
  drpo({ ...paperNodes(models), judge: strictJudge(models) }, { depth: 4, final: null });
