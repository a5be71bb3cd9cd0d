/** A text that promptfoo's templates leave as it is: a brace that would open a tag, or close a comment, becomes an expression that prints it. */
export const escapeTemplate = (text: string): string =>
  text.replaceAll(/\{(?=[{%#])|(?<=#)\}/g, (brace) => `{{ "${brace}" }}`);
