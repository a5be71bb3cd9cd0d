import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOC_GROUPS, readDocsPage } from '../../scripts/docs/docsPages.ts';
import { buildDocsFiles } from '../../scripts/docs/write.ts';
import { root } from './pages.ts';

const names = DOC_GROUPS.flatMap((group) => group.names);

it('every page of docs/ has one place in the order of reading', () => {
  const files = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  expect(names.map((name) => `${name}.md`).toSorted()).toEqual(files.toSorted());
});

it('llms.txt and the list in the README are what the pages make (node scripts/docs/write.ts)', () => {
  for (const [file, text] of Object.entries(buildDocsFiles()))
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
});

it.each(names)('%s begins with a title and a whole sentence', (name) => {
  const { title, summary } = readDocsPage(name);
  expect(title).not.toBe(name);
  expect(summary).toMatch(/^[A-Z`a-z].{15,240}\.$/);
});
