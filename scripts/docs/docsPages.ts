import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The pages of `docs/` in the order in which they are read, by group. */
export const DOC_GROUPS: readonly { title: string; names: readonly string[] }[] = [
  { title: 'Begin', names: ['start', 'task', 'bring', 'models', 'providers', 'configuration'] },
  { title: 'Run', names: ['running', 'cost', 'faults', 'replies', 'network', 'steer', 'use', 'compare'] },
  { title: 'Understand', names: ['page', 'final', 'judges', 'faq', 'peers'] },
  { title: 'Measure', names: ['experiments', 'bias', 'ifeval', 'openevals', 'performance', 'landscapes'] },
  { title: 'Build on it', names: ['library', 'langsmith', 'server'] },
  { title: 'The paper', names: ['algorithm', 'guards', 'reference'] },
];

export interface DocsPage {
  /** Path from the root of the repository. */
  file: string;
  title: string;
  /** The first sentence below the title, without links. */
  summary: string;
}

/** Reads the title and the first sentence of a page of `docs/`. */
export function readDocsPage(name: string): DocsPage {
  const file = `docs/${name}.md`;
  const text = readFileSync(join(root, file), 'utf8').replace(/<!--[\s\S]*?-->/g, '');
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  const paragraphs = text.split(/\n\s*\n/).filter((part) => /^(?:[A-Z[*]|`[^`])/.test(part));
  const sentence = /^[\s\S]*?[.:](?=\s|$)/.exec(paragraphs[0] ?? '')?.[0] ?? '';
  return {
    file,
    title,
    summary: sentence
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/\s+/g, ' ')
      .replace(/:$/, '.'),
  };
}

/** Lists the pages of each group as Markdown, under headings of a level. */
export const renderDocsList = (level: string, toLine: (page: DocsPage) => string): string =>
  DOC_GROUPS.map(
    ({ title, names }) => `${level} ${title}\n\n${names.map((name) => toLine(readDocsPage(name))).join('\n')}`,
  ).join('\n\n');
