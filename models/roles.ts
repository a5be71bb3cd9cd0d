/** The four roles of language models. A budget covers these and no others. */
export const LANGUAGE_ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
export type LanguageRole = (typeof LANGUAGE_ROLES)[number];
/** All roles of models in a run. */
export const MODEL_ROLES = [...LANGUAGE_ROLES, 'embeddings'] as const;
export type Role = (typeof MODEL_ROLES)[number];
