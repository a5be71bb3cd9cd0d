// What a new user types in an empty folder, with the packed tarball: four commands to a report on forty questions of their own.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './cli.ts';

const TASK = 'Support for "Kettle & Sons": teapots # and kettles 🫖';
const PRODUCTS = ['teapot', 'kettle', 'strainer', 'cup', 'tray', 'caddy', 'cosy', 'whisk'];
const QUESTIONS = [
  'How do I clean my NAME?',
  'My NAME arrived broken, what now?',
  'Can I return a NAME without its box?',
  'Which NAME suits two people?',
  'Does the NAME come in "blue", or only in white?',
];
const questions = PRODUCTS.flatMap((name) => QUESTIONS.map((text) => text.replace('NAME', name)));
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Types the commands in the new folder `inside`. @throws Error if one of them does not do what a new user expects */
export async function walkAsNewcomer(tarball: string, inside: string): Promise<void> {
  mkdirSync(inside);
  const type = async (command: string, ...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await run(command, args, {
      cwd: inside,
      env: { ...process.env, LANGSMITH_TRACING: 'false' },
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const expectThat = (isSo: boolean, what: string): void => {
    if (!isSo) throw new Error(`a new user expects that ${what}`);
  };
  await type('npm', 'install', '--no-audit', '--no-fund', tarball);
  await type('npx', 'drpo', 'init', '--task', TASK, '--score', 'criteria,expected', '--yes');
  const config = readFileSync(join(inside, 'drpo.yaml'), 'utf8');
  const schema = /\$schema=(\S+)/.exec(config)?.[1] ?? '';
  expectThat(existsSync(join(inside, schema)), `the schema ${schema} is in the package`);
  const rows = questions.map(
    (text, i) => `${quote(text)},${i < 10 ? quote('Write to help@kettle.example, please.') : ''}`,
  );
  writeFileSync(join(inside, 'questions.csv'), `question,expected\r\n${rows.join('\r\n')}\r\n`);
  const plan = await type('npx', 'drpo', 'plan');
  const read = plan.includes('Read 40 queries from questions.csv') && plan.includes('10 with an expected answer');
  expectThat(read, `the plan reads their forty questions:\n${plan}`);
  const told = await type('npx', 'drpo', 'optimize', '--set', 'search.depth=6');

  const [name = ''] = readdirSync(join(inside, 'runs'));
  const folder = join(inside, 'runs', name);
  expectThat(told.includes(folder), `the summary names ${folder}`);
  const { nodes, bestPrompt } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as {
    nodes: { query: string }[];
    bestPrompt: string;
  };
  const asked = [...new Set(nodes.map(({ query }) => query))];
  expectThat(asked.length > 1 && asked.every((query) => questions.includes(query)), 'only their questions are asked');
  const report = readFileSync(join(folder, 'report.html'), 'utf8');
  const named = asked.filter((query) => report.includes(JSON.stringify(query).slice(1, -1)));
  expectThat(
    named.length === asked.length,
    `report.html names their questions, got ${named.length} of ${asked.length}`,
  );
  const settings = readFileSync(join(folder, 'config.json'), 'utf8');
  expectThat(settings.includes(JSON.stringify(TASK)), 'the task is in the run as it was typed');
  const exported = await type('npx', 'drpo', 'export', '--run', join('runs', name));
  expectThat(exported.trim() === bestPrompt.trim(), 'export prints the prompt');
  console.log(`ok: from an empty folder to a report on ${questions.length} questions in four commands`);
}
