/**
 * A request in the order that a prefix cache likes: first what every call of a step shares, then what many calls share, last
 * what is new.
 */
export interface PromptParts {
  /** Who the model is, its rules and the form of its reply: the system message. */
  rules: string;
  /** What many calls share, such as a query with its aspects. It begins the user message. */
  shared: string;
  /** What only this call has, such as the response. It ends the user message. */
  fresh: string;
}

/** The request of a step: in parts, or as one text, which becomes the user message. */
export type StepPrompt = string | PromptParts;

/** The system message of a request (empty if there is none) and its user message. */
export const toMessageTexts = (prompt: StepPrompt): { rules: string; text: string } =>
  typeof prompt === 'string'
    ? { rules: '', text: prompt }
    : { rules: prompt.rules, text: [prompt.shared, prompt.fresh].filter(Boolean).join('\n\n') };

/** A request as one text. */
export const toPromptText = (prompt: StepPrompt): string =>
  Object.values(toMessageTexts(prompt)).filter(Boolean).join('\n\n');

/** Joins sections with a blank line between them; empty ones are left out. */
export const joinSections = (...sections: readonly string[]): string =>
  sections
    .map((section) => section.trim())
    .filter(Boolean)
    .join('\n\n');
