import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A page of the repository that people read: its path from the root, and its text. */
export interface Page {
  file: string;
  text: string;
}

export const readPage = (file: string): Page => ({ file, text: readFileSync(join(root, file), 'utf8') });

/** README and the pages of `docs/`. */
export const listPages = (): Page[] =>
  [
    'README.md',
    ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ].map(readPage);

/** A fenced block of a page: its language, its text, and the line on which it begins. */
export interface CodeBlock {
  page: string;
  line: number;
  language: string;
  text: string;
}

/** The fenced blocks of a page in their order. */
export const listCodeBlocks = ({ file, text }: Page): CodeBlock[] =>
  [...text.matchAll(/^```([\w-]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page: file,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
