/**
 * A text set apart under a label, verbatim. Texts from models and data sets are hostile: a tag that occurs in the text
 * is numbered until it does not, so that nothing inside can end its own section.
 */
export function fence(label: string, text: string): string {
  let tag = label;
  for (let i = 2; text.includes(`</${tag}>`); i++) tag = `${label}-${i}`;
  return `<${tag}>\n${text}\n</${tag}>`;
}
