/** What the rows end with that `init` writes for a person to replace. */
export const STARTER_QUESTION = 'replace this row with a question that your users ask.';
