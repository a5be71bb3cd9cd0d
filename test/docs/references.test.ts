import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
/** Folders that no file of the repository may refer into: tools make them, or they differ between machines. */
const IGNORED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', 'runs', '.git', '.langgraph_api']);
/** Files that a script makes. */
const GENERATED_FILES = new Set(['report/assets.ts', 'evals/plots/echarts.ts']);
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !IGNORED_FOLDERS.has(entry.name))
  .map((entry) => entry.name);

interface Text {
  file: string;
  text: string;
}

const listFiles = (folder: string, extension: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.split('/').some((part) => IGNORED_FOLDERS.has(part)))
    .map((name) => join(folder, name));

const readText = (file: string): Text => ({ file, text: readFileSync(join(root, file), 'utf8') });

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'data'].flatMap((folder) => listFiles(folder, '.md')),
].map(readText);

/** A source's comments; a prompt file counts whole, since a model reads it. */
const readComments = (file: string): Text => {
  const { text } = readText(file);
  const comments = text.match(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm) ?? [];
  return { file, text: file.startsWith('prompts/') ? text : comments.join('\n') };
};

const sources = [
  ...readdirSync(root).filter((name) => name.endsWith('.ts')),
  ...folders.flatMap((folder) => listFiles(folder, '.ts')),
]
  .filter((file) => !GENERATED_FILES.has(file) && file !== relative(root, import.meta.filename))
  .map(readComments);

/** A heading as GitHub makes an anchor of it. */
const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const listAnchors = (page: string): string[] =>
  [...page.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => toAnchor(heading));

/** Whether a path, and the heading after its #, is in the repository. */
function isInRepository(reference: string): boolean {
  const [path = '', anchor] = reference.split('#');
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || listAnchors(readText(path).text).includes(anchor);
}

/** Links to other pages, as paths from the root. */
const findLinks = ({ file, text }: Text): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) =>
    /^\w+:/.test(target) ? [] : [target.startsWith('#') ? file + target : join(dirname(file), target)],
  );

const PATH_PATTERN = new RegExp(
  `(?<![\\w./@-])(?:${folders.map((name) => name.replace('.', '\\.')).join('|')})/[\\w./-]*(?:#[\\w-]+)?`,
  'g',
);

/** Paths of files and folders that a text names: `NAME` in one is a placeholder. */
const findPaths = (text: string): string[] =>
  (text.match(PATH_PATTERN) ?? [])
    .map((path) => path.replace(/\.+$/, ''))
    .filter((path) => (/\.\w+(#|$)/.test(path) || path.endsWith('/')) && !path.includes('NAME'));

const findQuotedPaths = (page: string): string[] =>
  [...page.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].flatMap(([, quoted = '']) => findPaths(quoted));

/** What a text says that leads nowhere for who has the repository alone. */
const findDeadReferences = (text: string): string[] =>
  [
    /\w+\.md,? (?:§|section |appendix |\d)[^\s,;)]*/g,
    /(?<!smart )\bcontracts?\b/gi,
    /\bissue #?\d+|\bthe issue\b/gi,
    /\/work\/\w+|\.\.\/shared\/spec\S*/g,
  ].flatMap((pattern) => text.match(pattern) ?? []);

const listFaults = (texts: readonly Text[], find: (text: Text) => string[]): string[] =>
  texts.flatMap((text) => find(text).map((fault) => `${text.file}: ${fault}`));

describe('references', () => {
  it('every relative link of a page leads to a file, and to a heading if it names one', () => {
    expect(listFaults(pages, (page) => findLinks(page).filter((link) => !isInRepository(link)))).toEqual([]);
  });

  it('every path in backticks on a page is in the repository', () => {
    expect(listFaults(pages, ({ text }) => findQuotedPaths(text).filter((path) => !isInRepository(path)))).toEqual([]);
  });

  it('every path in a comment is in the repository', () => {
    expect(listFaults(sources, ({ text }) => findPaths(text).filter((path) => !isInRepository(path)))).toEqual([]);
  });

  it('no page, comment or prompt refers to a section, issue or path that the repository does not have', () => {
    expect(listFaults([...pages, ...sources], ({ text }) => findDeadReferences(text))).toEqual([]);
  });
});

describe('the search for references', () => {
  it('finds a link to a missing heading', () => {
    const page = {
      file: 'docs/page.md',
      text: 'See [it](algorithm.md#no-such-heading) and [that](algorithm.md#decoding).',
    };
    expect(findLinks(page).map((link) => [link, isInRepository(link)])).toEqual([
      ['docs/algorithm.md#no-such-heading', false],
      ['docs/algorithm.md#decoding', true],
    ]);
  });

  it('finds paths in a command, and leaves addresses and placeholders out', () => {
    expect(findQuotedPaths('Run `node scripts/none.ts 3`, see `https://a.b/docs/x.md` and `nodes/NAME.ts`.')).toEqual([
      'scripts/none.ts',
    ]);
  });

  it('finds section numbers, issue numbers and paths of a machine', () => {
    expect(findDeadReferences('(algorithm.md 1.5), as the contract has it; issue 6, /work/shared.')).toEqual([
      'algorithm.md 1.5',
      'contract',
      'issue 6',
      '/work/shared',
    ]);
  });
});
