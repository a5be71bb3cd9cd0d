/** The four roles of language models that every run has. */
export const LANGUAGE_ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
export type LanguageRole = (typeof LANGUAGE_ROLES)[number];
/** The roles that a budget covers: those, and the judge that only proves, if there is one. */
export const BUDGETED_ROLES = [...LANGUAGE_ROLES, 'proofJudge'] as const;
export type BudgetedRole = (typeof BUDGETED_ROLES)[number];
/** All roles of models in a run. */
export const MODEL_ROLES = [...BUDGETED_ROLES, 'embeddings'] as const;
export type Role = (typeof MODEL_ROLES)[number];
