// `npm run docs` builds a site from README and docs/ as they are, into site/. vitepress comes through npx: 100 MB that nothing else needs.
import { DOC_GROUPS, readDocsPage } from '../scripts/docs/docsPages.ts';

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
  // sources, licences and folders are no pages of the site
  ignoreDeadLinks: true,
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
