/** Something about a run that its user should know first. */
export interface RunWarning {
  /** A short name that does not change, such as "judge-constant". */
  code: string;
  /** What was seen and what to do, in one line. It may quote a model. */
  text: string;
}
