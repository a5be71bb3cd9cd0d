// A search over LangGraph's own Postgres checkpointer, on a real server that this script starts itself (loopback, a data
// folder of its own): killed in the middle, gone on with by another process, compared with an undisturbed search.
// node test/shared/postgres.ts FOLDER-WHERE-@langchain/langgraph-checkpoint-postgres-IS-INSTALLED
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { searchSystemPrompt } from '../../graphs/index.ts';
import { fakeNodes, queriesUpTo } from '../graphs/fakes.ts';
import { freePort } from './cli.ts';

interface Saver extends BaseCheckpointSaver {
  setup(): Promise<void>;
  end(): Promise<void>;
}
interface Postgres {
  PostgresSaver: { fromConnString(url: string): Saver };
}
const [packages = '', url, log = ''] = process.argv.slice(2);
const THREAD = { configurable: { thread_id: 'run' } };
const BIN =
  ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin'].find(existsSync) ?? '';
const load = createRequire(join(packages, 'package.json'));

/** A search on nodes without models, 5 ms a call; each call's name goes into the log. */
function search(checkpointer?: BaseCheckpointSaver) {
  const { nodes } = fakeNodes(
    (prompt, query) => 1 + ((prompt.length * 7 + query.length * 3 + (prompt.at(-1)?.charCodeAt(0) ?? 0)) % 4),
  );
  const told = async <T>(name: string, work: Promise<T>): Promise<T> => {
    await sleep(5);
    if (log) appendFileSync(log, `${name}\n`);
    return work;
  };
  const counting = {
    ...nodes,
    judge: (reads: Parameters<typeof nodes.judge>[0]) =>
      told(`judge ${reads.response} ${reads.query}`, nodes.judge(reads)),
    rewriteSystemPrompt: (reads: Parameters<typeof nodes.rewriteSystemPrompt>[0]) =>
      told(`rewrite ${reads.prompt}`, nodes.rewriteSystemPrompt(reads)),
  };
  return searchSystemPrompt(counting, { final: null, ...(checkpointer && { checkpointer }) });
}

/** In a process of its own: begins the search, or goes on with it, and prints what it finds. */
async function work(connection: string): Promise<void> {
  const { PostgresSaver } = load('@langchain/langgraph-checkpoint-postgres') as Postgres;
  const saver = PostgresSaver.fromConnString(connection);
  await saver.setup();
  const graph = search(saver);
  // not `next`: it is empty too where every task of the last step is done and the step alone is not concluded
  const { tasks } = await graph.getState(THREAD);
  const { bestPrompt, value } = await graph.invoke(
    tasks.length ? null : { queries: queriesUpTo(60), examples: [] },
    THREAD,
  );
  console.log(JSON.stringify({ bestPrompt, value }));
  await saver.end();
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'drpo-postgres-'));
  const port = await freePort();
  const as = (program: string, ...args: string[]): string =>
    execFileSync('runuser', ['-u', 'postgres', '--', join(BIN, program), ...args], { encoding: 'utf8' });
  execFileSync('chown', ['postgres', dir]);
  as('initdb', '-D', join(dir, 'data'), '--auth=trust');
  as(
    'pg_ctl',
    '-D',
    join(dir, 'data'),
    '-w',
    '-l',
    join(dir, 'server.log'),
    '-o',
    `-p ${port} -c listen_addresses=127.0.0.1 -k ${dir}`,
    'start',
  );
  try {
    const { bestPrompt, value } = await search().invoke({ queries: queriesUpTo(60), examples: [] });
    const calls = join(dir, 'calls');
    appendFileSync(calls, '');
    const args = [import.meta.filename, packages, `postgres://postgres@127.0.0.1:${port}/postgres`, calls];
    const soFar = (): number => readFileSync(calls, 'utf8').split('\n').length - 1;
    for (const enough of [20, 70, 120]) {
      const child = spawn(process.execPath, args, { stdio: 'ignore' });
      while (soFar() < enough) await sleep(2);
      child.kill('SIGKILL');
      await new Promise((done) => child.on('close', done));
      console.log(`killed after ${soFar()} calls`);
    }
    const found = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as unknown;
    const made = readFileSync(calls, 'utf8').trim().split('\n');
    const same = JSON.stringify(found) === JSON.stringify({ bestPrompt, value });
    console.log(
      `${as('postgres', '--version').trim()}: ${same ? 'same result' : 'OTHER RESULT'} as undisturbed; ${made.length} calls, ${new Set(made).size} distinct (no response cache here: what was in flight is asked again)`,
    );
    process.exitCode = same ? 0 : 1;
  } finally {
    as('pg_ctl', '-D', join(dir, 'data'), '-m', 'immediate', 'stop');
    rmSync(dir, { recursive: true, force: true });
  }
}

await (url ? work(url) : main());
