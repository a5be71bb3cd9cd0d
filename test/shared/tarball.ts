// Packs the package, installs the tarball in an empty folder, and uses it there: `npx drpo`, what it says where the optional
// Postgres package is missing, and a swap through the library.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-pack-'));
const env = { ...process.env, LANGSMITH_TRACING: 'false' };

async function must(what: string, command: string, args: string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, { cwd, env });
  if (status !== 0) throw new Error(`${what}: exit ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

await must('npm pack', 'npm', ['pack', '--pack-destination', folder], root);
const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
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
