import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { listCodeBlocks, listPages } from '../docs/pages.ts';
import { writeInstructions } from '../evals/langsmith/writeInstructions.ts';
import { root, run } from '../shared/cli.ts';

/** The reader's files that the pages name. */
const FILES: Readonly<Record<string, string>> = {
  'drpo.yaml': 'models: { optimizer: gpt-6-luna }\nqueries: { files: [questions.csv] }\nsearch: { depth: 3 }\n',
  'config.json': JSON.stringify({
    models: { optimizer: 'gpt-6-luna' },
    queries: { files: ['questions.csv'] },
    search: { depth: 3 },
  }),
  'questions.csv': renderQuestions(),
  'prompt.txt': 'You are a helpful assistant of a shop.\n',
  'prompts/main.txt': 'You are a helpful assistant.\n',
  'prompts/new.txt': 'You are a helpful assistant. Be brief, and say what to do next.\n',
  'promptfooconfig.yaml': `prompts: ['You are a helpful assistant.\\n\\n{{question}}']
providers: [openai:chat:gpt-6-luna]
tests: [{ vars: { question: How do I clean a kettle? } }, { vars: { question: Can I return a cup? } }]
`,
  'labels.csv': renderLabels(),
  'edit.sh': '#!/bin/sh\necho "Be kind." >> "$1"\n',
  // a program that decides each level
  'bin/my-program': '#!/bin/sh\nexec yes \'"accept"\'\n',
  // npx finds this package's own command by a link in its cache, which is slow; test/shared/newcomer.ts types the real one
  'bin/npx': '#!/bin/sh\nshift\nexec node "$CHECKOUT/dist/cli/drpo.js" "$@"\n',
  // what a page's commands find in their shell
  'functions.sh': `fill_questions() {
  [ -e prompts/main.txt ] || { mkdir -p prompts; cp "$CHECKOUT"/prompts/*.txt prompts; }
  find . -name questions.csv -not -path './node_modules/*' -not -samefile "$CHECKOUT/questions.csv" -exec cp "$CHECKOUT/questions.csv" {} \\;
}
serve_until() {
  line=$(cat)
  setsid bash -c "$line" > served.log 2>&1 &
  for _ in $(seq 600); do grep -Eq "$1" served.log && break; kill -0 $! || break; sleep 0.2; done
  grep -Eq "$1" served.log; found=$?
  kill -INT -- -$!; wait $!; return $found
}
`,
};

/** Copies the checkout as git has it, with the packages and the command's bundle that npm ci leaves in it. */
export function createCheckout(folder: string): void {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split(
    '\n',
  );
  for (const name of tracked)
    if (name !== '' && !/^(test|docs\/images)\//.test(name)) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, ['scripts/bundle-cli.ts'], { cwd: folder });
}

/** Writes the files and the runs that the pages take as given. */
export async function writeDocsFiles(checkout: string, url: string): Promise<void> {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    writeFileSync(join(checkout, name), text);
  }
  for (const name of ['edit.sh', 'bin/my-program', 'bin/npx']) chmodSync(join(checkout, name), 0o755);
  for (const name of ['instructions.json', 'mine.json']) writeInstructions(join(checkout, name), 12);
  writeBlocks(checkout);
  const short = join(checkout, 'examples/checks/shortAnswers.yaml');
  writeFileSync(short, readFileSync(short, 'utf8').replace(/http:[\w./:]+\/v1/g, url));
  const env = { ...process.env, ...createDocsEnv(checkout, url) };
  const drpo = async (...args: string[]): Promise<void> => {
    const ran = await run(join(checkout, 'bin/npx'), ['drpo', ...args, '--config', 'config.json'], {
      cwd: checkout,
      env,
    });
    if (ran.status !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
  };
  await drpo('optimize', '--out', 'runs/first');
  for (const name of ['mine', '4f2c1a9d03'])
    cpSync(join(checkout, 'runs/first'), join(checkout, 'runs', name), { recursive: true });
  await drpo('evaluate', '--method', 'base', '--instructions', 'instructions.json', '--out', 'a');
  cpSync(join(checkout, 'a'), join(checkout, 'b'), { recursive: true });
  for (const name of ['judged', 'judged-general', 'judged-safety'])
    cpSync(join(checkout, 'a/records.jsonl'), join(checkout, `${name}.json`));
}

/** The table and the nodes that docs/experiments.md shows, as it names them. */
function writeBlocks(checkout: string): void {
  const blocks = listPages().flatMap((page) => (page.file === 'docs/experiments.md' ? listCodeBlocks(page) : []));
  const find = (language: string): string => blocks.find((block) => block.language === language)?.text ?? '';
  writeFileSync(join(checkout, 'wider.yaml'), find('yaml'));
  writeFileSync(join(checkout, 'brief.ts'), find('ts'));
}

/** The environment of a reader whose key is for a server on this machine. */
export const createDocsEnv = (checkout: string, url: string): NodeJS.ProcessEnv => ({
  PATH: [dirname(process.execPath), join(checkout, 'bin'), process.env['PATH']].join(delimiter),
  BASH_ENV: join(checkout, 'functions.sh'),
  CHECKOUT: checkout,
  EDITOR: join(checkout, 'edit.sh'),
  OPENAI_API_KEY: 'none',
  LANGSMITH_API_KEY: 'none',
  OPENAI_BASE_URL: url,
  LANGSMITH_TRACING: 'false',
});

function renderQuestions(): string {
  const things = ['kettle', 'cup', 'tray', 'whisk', 'teapot', 'strainer'];
  const asked = things.flatMap((thing) => [
    `How do I clean a ${thing}?`,
    `Can I return a ${thing}?`,
    `Is a ${thing} safe in the oven?`,
  ]);
  return `question,expected\n${asked.map((text, i) => `${text},${i % 3 === 1 ? 'Within 30 days.' : ''}`).join('\n')}\n`;
}

function renderLabels(): string {
  const rows = Array.from(
    { length: 24 },
    (_, i) => `What is ${i} good for?,It is good for much.,Clarity,${1 + (i % 5)}`,
  );
  return `query,response,criterion,score\n${rows.join('\n')}\n`;
}
