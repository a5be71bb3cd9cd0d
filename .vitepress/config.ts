// `npm run docs` builds a site from README and docs/ as they are, into site/. vitepress comes through npx: 100 MB that nothing else needs.
import { DOC_GROUPS, readDocsPage } from '../scripts/docs/docsPages.ts';

/** A token of markdown-it, of which vitepress brings no types along without an install. */
interface Token {
  type: string;
  tag: string;
  attrs: [string, string][] | null;
  children: Token[] | null;
}
interface MarkdownIt {
  core: { ruler: { push: (name: string, rule: (state: { tokens: Token[] }) => void) => void } };
}

/** Sources, licences and folders are no pages of the site, so their names stand there without a link. */
function unlinkSources({ tokens }: { tokens: Token[] }): void {
  for (const { children } of tokens) {
    let isUnlinked = false;
    for (const token of children ?? []) {
      if (token.type === 'link_open') {
        const [, href = ''] = token.attrs?.find(([name]) => name === 'href') ?? [];
        isUnlinked = !/^(\w+:|#)|\.md(#|$)/.test(href);
        if (isUnlinked) [token.tag, token.attrs] = ['span', null];
      } else if (token.type === 'link_close' && isUnlinked) [token.tag, isUnlinked] = ['span', false];
    }
  }
}

export default {
  title: 'drpo',
  description: 'Finds a better system prompt, and proves on fresh questions that it is better',
  outDir: './site',
  cacheDir: './node_modules/.cache/vitepress',
  srcExclude: [
    '**/node_modules/**',
    'dist/**',
    'test/**',
    'findings/**',
    'runs/**',
    'site/**',
    '.github/**',
    'skills/**',
  ],
  rewrites: { 'README.md': 'index.md' },
  markdown: { config: (md: MarkdownIt) => md.core.ruler.push('unlinkSources', unlinkSources) },
  // badges stand in a line, as at GitHub
  head: [
    [
      'style',
      {},
      '.vp-doc p > :is(a, span) > img { display: inline-block; vertical-align: middle; margin-right: 4px }',
    ],
  ],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start here', link: '/docs/start' },
      { text: 'Questions', link: '/docs/faq' },
    ],
    sidebar: DOC_GROUPS.map(({ title, names }) => ({
      text: title,
      items: names.map((name) => ({ text: readDocsPage(name).title, link: `/docs/${name}` })),
    })),
  },
};
