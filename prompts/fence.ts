/**
 * Sets a text apart between tags, verbatim. Texts from models and data sets may be hostile: if the closing tag occurs in
 * the text, the tag gets a number, so nothing inside the text can end it.
 */
export function fence(label: string, text: string): string {
  let tag = label;
  for (let i = 2; text.includes(`</${tag}>`); i++) tag = `${label}-${i}`;
  return `<${tag}>\n${text}\n</${tag}>`;
}
