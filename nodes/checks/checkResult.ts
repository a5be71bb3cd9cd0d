/** What a check says: the share of what it asks for, 0 to 1, and a remark for the optimizer. */
export interface CheckResult {
  share: number;
  remark: string;
}

/** The result of a rule that is kept or broken. */
export const toResult = (passed: boolean, remark: string): CheckResult => ({ share: passed ? 1 : 0, remark });

/** A text as remarks show it: in quotation marks, with 200 characters at most. */
export const formatQuote = (text: string): string =>
  JSON.stringify(text.length > 200 ? `${text.slice(0, 199)}…` : text);
