// node scripts/docs/write.ts: llms.txt and the list of pages in the README, from the titles and first sentences of docs/.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DOC_GROUPS, readDocsPage, renderDocsList } from './docsPages.ts';

const root = resolve(import.meta.dirname, '../..');

const LLMS_HEAD = `# drpo

> drpo finds a better system prompt for an assistant, and proves on fresh questions that it is better. It is a command line and a
> library in TypeScript, on LangGraph. It implements Dynamic Rewarding with Prompt Optimization (EMNLP 2024).

A coding assistant can follow [skills/drpo/SKILL.md](skills/drpo/SKILL.md) from a bot's prompt to a proven one.
`;

/** Builds llms.txt, and the README with its list of pages. */
export function buildDocsFiles(): Record<string, string> {
  const list = DOC_GROUPS.map(
    ({ title, names }) =>
      `- ${title}: ${names
        .map((name) => readDocsPage(name))
        .map(({ file, title: name }) => `[${name}](${file})`)
        .join(' · ')}`,
  ).join('\n');
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return {
    'llms.txt': `${LLMS_HEAD}\n${renderDocsList('##', ({ file, title, summary }) => `- [${title}](${file}): ${summary}`)}\n`,
    'README.md': readme.replace(
      /<!-- docs -->[\s\S]*<!-- \/docs -->/,
      () => `<!-- docs -->\n\n${list}\n\n<!-- /docs -->`,
    ),
  };
}

if (import.meta.main)
  for (const [file, text] of Object.entries(buildDocsFiles())) writeFileSync(join(root, file), text);
