// Packs the package, installs the tarball in an empty folder, and uses it there: as a new user would (newcomer.ts), `npx drpo`, what it says if the optional
// Postgres package is missing, a swap through the library, and `optimize()` with a judge of one's own: killed, continued,
// within its budget, and compared with the command line.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, run } from './cli.ts';
import { walkAsNewcomer } from './newcomer.ts';
import { asked, configFile, scripted } from './scripted.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-pack-'));
const env = { ...process.env, LANGSMITH_TRACING: 'false' };

async function must(what: string, command: string, args: string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, { cwd, env });
  if (status !== 0) throw new Error(`${what}: exit ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

await must('npm pack', 'npm', ['pack', '--pack-destination', folder], root);
const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
await walkAsNewcomer(join(folder, tarball), join(folder, 'new'));
writeFileSync(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
await must('npm install', 'npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], folder);
const told = await must(
  'npx drpo',
  'npx',
  ['drpo', 'optimize', '--optimizer', 'simulated', '--set', 'search.depth=4', '--json', '--quiet'],
  folder,
);
const { bestPrompt } = JSON.parse(told.trim().split('\n').at(-1) ?? '') as { bestPrompt: string };
const lacking = [
  'drpo',
  'optimize',
  '--optimizer',
  'simulated',
  '--out',
  'pg',
  '--set',
  'checkpoints.postgresEnv=HOME',
];
const refused = await run('npx', lacking, { cwd: folder, env });
if (refused.status !== 2 || !refused.stderr.includes('npm install @langchain/langgraph-checkpoint-postgres'))
  throw new Error(`without the Postgres package: exit ${refused.status}\n${refused.stderr}`);
writeFileSync(
  join(folder, 'swap.mjs'),
  `import { drpo, paperNodes } from 'drpo';
import { FakeListChatModel } from '@langchain/core/utils/testing';
const model = new FakeListChatModel({ responses: ['{"new_system_prompt": "Be kind."}'] });
const nodes = paperNodes({ base: model, reward: model, judge: model, optimizer: model }, { rewards: { mode: 'static' } });
const judge = async () => ({ evaluation: { Clarity: { rationale: 'mine', score: 3 } } });
const out = await drpo({ ...nodes, judge }, { depth: 2 }).invoke({ queries: ['a', 'b'], examples: [] });
console.log(out.bestPrompt);
`,
);
const swapped = await must('the swap', 'node', ['swap.mjs'], folder);
console.log(`npx drpo found ${JSON.stringify(bestPrompt.slice(0, 60))}…; the swap ${JSON.stringify(swapped.trim())}`);

const server = await scripted({ latency: '30' });
const config = configFile(folder, server.url, { preset: 'default', search: { depth: 8, maxDepthIncrease: 2 } });
/** The script of a user: ten lines with a judge of their own. */
const script = (out: string): string => `import { optimize } from 'drpo';
const judge = async ({ response, rewards }) => {
  const score = 1 + (response.length % 5);
  return { evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: 'By length.', score }])) };
};
const onEvent = (event) => event.type === 'levelRanked' && console.log(event.level, event.value);
const config = process.argv[2] ?? 'config.json';
const run = await optimize({ config, nodes: () => ({ judge }), folder: '${out}', onEvent });
console.log(run.stoppedBy, run.bestPrompt);
`;
const answersOf = (out: string): string[] =>
  readFileSync(join(folder, out, 'calls.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"key"') && !line.includes('"role":"embeddings"'));
function resultOf(out: string): string {
  const result = JSON.parse(readFileSync(join(folder, out, 'result.json'), 'utf8')) as Record<string, unknown>;
  return JSON.stringify({ ...result, seconds: 0 });
}
function hold(condition: boolean, what: string): void {
  if (!condition) throw new Error(`expected that ${what}`);
  console.log(`ok: ${what}`);
}
/** Runs the script in a folder of its name; `killAt`: until so many requests have arrived. */
async function runScript(out: string, { killAt = Infinity, config = 'config.json' } = {}): Promise<string> {
  server.reset();
  writeFileSync(join(folder, `${out}.mjs`), script(out));
  const child = spawn(process.execPath, [`${out}.mjs`, config], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const closed = new Promise<void>((done) => child.on('close', () => done()));
  while (child.exitCode === null && asked(server).length < killAt) await sleep(2);
  if (child.exitCode === null) child.kill('SIGKILL');
  await closed;
  await sleep(100);
  return printed;
}

console.log(await runScript('undisturbed'));
const needed = asked(server).length;
hold(
  asked(server).every(({ role }) => role !== 'judge'),
  `none of ${needed} requests asks the model's judge`,
);
await runScript('killed', { killAt: Math.round(needed / 2) });
const [before, answered] = [asked(server).length, answersOf('killed')];
await runScript('killed');
const [after, keys] = [asked(server).length, answersOf('killed').map((line) => line.slice(0, 60))];
hold(
  after === needed - answered.length && new Set(keys).size === needed && keys.length === needed,
  `killed after ${before} requests, ${answered.length} of them answered, the script sends the other ${after} of ${needed}`,
);
hold(resultOf('killed') === resultOf('undisturbed'), 'its result is that of the undisturbed run');

const limit = Math.round(needed / 3);
const limited = { ...(JSON.parse(readFileSync(config, 'utf8')) as object), budget: { calls: limit } };
writeFileSync(join(folder, 'limited.json'), JSON.stringify(limited));
const stopped = await runScript('limited', { config: 'limited.json' });
hold(
  asked(server).length <= limit && stopped.includes('budget '),
  `a budget of ${limit} calls: ${asked(server).length}`,
);
await runScript('limited');
hold(resultOf('limited') === resultOf('undisturbed'), 'with a larger budget it continues to the same result');

const plain = `import { optimize } from 'drpo'; await optimize({ config: 'config.json', folder: 'library' });`;
writeFileSync(join(folder, 'plain.mjs'), plain);
await must('the plain script', process.execPath, ['plain.mjs'], folder);
await must('npx drpo', 'npx', ['drpo', 'optimize', '--config', 'config.json', '--out', 'command', '--quiet'], folder);
hold(
  resultOf('library') === resultOf('command'),
  'result.json of optimize() and of the command line are equal but for seconds',
);
await server.close();
