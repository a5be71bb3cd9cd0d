// Faults, through the command line: default.json's search against the scripted server behind a proxy that can refuse a
// role. Prints for each fault the exit status, the calls, what was lost, and what the summary said.
// node test/shared/faults.ts [only those whose name contains this]
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { asked, configFile, folder, optimizing, scripted, type Scripted } from './scripted.ts';

/** How a role is refused: by a status, by a closed connection, or by silence. */
type Refusal = 'reset' | 'silence' | number;

interface Proxy {
  url: string;
  /** Where requests are handed on to. */
  target: Scripted;
  /** The role that is refused, and how; none at first. */
  refused: { role: string; how: Refusal } | null;
  /** Requests that were refused. */
  refusals: number;
  close: () => void;
}

/** Hands requests on to the scripted server, but for those of a role that is refused. */
async function proxyTo(first: Scripted): Promise<Proxy> {
  const proxy: Proxy = { url: '', target: first, refused: null, refusals: 0, close: () => undefined };
  const listener = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      const { model } = JSON.parse(body.toString()) as { model: string };
      if (proxy.refused?.role === model) refuse(proxy, res, proxy.refused.how);
      else void pass(`${proxy.target.url}${(req.url ?? '').replace('/v1', '')}`, body, res);
    });
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const address = listener.address();
  proxy.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
  proxy.close = () => {
    listener.closeAllConnections();
    listener.close();
  };
  return proxy;
}

function refuse(proxy: Proxy, res: ServerResponse, how: Refusal): void {
  proxy.refusals++;
  if (how === 'silence') return;
  if (how === 'reset') {
    res.socket?.resetAndDestroy();
    return;
  }
  res.writeHead(how, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ error: { message: `the proxy refuses with ${how}` } }));
}

async function pass(url: string, body: Buffer, res: ServerResponse): Promise<void> {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/json' },
    });
    const named = ['content-type', 'retry-after'].flatMap((name) => [[name, reply.headers.get(name)] as const]);
    res.writeHead(reply.status, Object.fromEntries(named.filter((pair): pair is [string, string] => pair[1] !== null)));
    res.end(Buffer.from(await reply.arrayBuffer()));
  } catch {
    res.socket?.resetAndDestroy(); // the server has reset its connection: so does the proxy
  }
}

interface Case {
  name: string;
  server?: Record<string, string>;
  refused?: Proxy['refused'];
  flags?: string[];
  /** Whether the server is mended before the run goes on. */
  mended?: boolean;
  /** Exit statuses that are right, and whether the result must be the undisturbed one. */
  exit: number;
  same?: boolean;
}

const transport = { faults: 'all.429=0.15,all.500=0.15,all.reset=0.15', 'retry-after': '0.2' };
const judge = (faults: string): Record<string, string> => ({ faults, 'content-faults': 'fresh' });
const preset = (name: string): string[] => ['--set', `preset=${name}`];
const cases: Case[] = [
  ...['reference', 'default'].flatMap((name): Case[] => [
    { name: `no fault, ${name}`, flags: preset(name), exit: 0, same: true },
    { name: `15 % each of 429, 500, reset, ${name}`, server: transport, flags: preset(name), exit: 0, same: true },
    { name: `30 % malformed judge, ${name}`, server: judge('judge.malformed=0.3'), flags: preset(name), exit: 0 },
    {
      name: `30 % malformed judge, at every attempt, ${name}`,
      server: { faults: 'judge.malformed=0.3' },
      flags: preset(name),
      exit: 0,
    },
    {
      name: `15 % each of truncated, empty, refusal, all roles, ${name}`,
      server: judge('all.truncated=0.15,all.empty=0.15,all.refusal=0.15'),
      flags: preset(name),
      exit: 0,
    },
  ]),
  ...['judge', 'reward', 'optimizer'].map((role): Case => {
    const server = { faults: `${role}.malformed=1` };
    return {
      name: `${role} always malformed, default`,
      server,
      mended: true,
      flags: preset('default'),
      exit: 1,
      same: true,
    };
  }),
  {
    name: 'optimizer always malformed, reference',
    server: { faults: 'optimizer.malformed=1' },
    flags: preset('reference'),
    exit: 0,
  },
  ...['base', 'reward', 'judge', 'optimizer'].flatMap((role): Case[] => [
    { name: `${role} down (500)`, refused: { role, how: 500 }, exit: 1, same: true },
    { name: `${role} down (reset)`, refused: { role, how: 'reset' }, exit: 1, same: true },
    { name: `${role} wrong model (404)`, refused: { role, how: 404 }, exit: 1, same: true },
    { name: `${role} wrong key (401)`, refused: { role, how: 401 }, exit: 1, same: true },
  ]),
  {
    name: 'judge silent (timeout 1 s)',
    refused: { role: 'judge', how: 'silence' },
    flags: ['--set', 'models.judge.timeoutSeconds=1', '--set', 'models.judge.maxRetries=2'],
    exit: 1,
    same: true,
  },
  { name: 'embeddings down (500)', refused: { role: 'embed', how: 500 }, exit: 1, same: true },
];

/** What a run found, its accounts apart: an answer that could not be read was paid for all the same. */
function treeOf(out: string): string {
  const {
    seconds: _,
    retries: __,
    failures: ___,
    calls: ____,
    tokens: _____,
    usd: ______,
    ...found
  } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Record<string, unknown>;
  return JSON.stringify(found);
}

const plain = new Map<string, string>();

/** Runs one case; where the run had to end, lifts the refusal and goes on. */
async function outcomeOf({
  name,
  server: options = {},
  refused = null,
  mended = false,
  flags = preset('reference'),
  exit,
  same,
}: Case): Promise<string> {
  const server = await scripted({ latency: '5', ...options });
  const proxy = await proxyTo(server);
  proxy.refused = refused;
  const dir = folder();
  const out = join(dir, 'run');
  const config = configFile(dir, proxy.url, { search: { depth: 8, maxDepthIncrease: 2 } });
  const { status, stderr, seconds } = await optimizing(config, out, flags).ended;
  const lines = stderr.trim().split('\n');
  const told = status === 0 ? faultsIn(lines) : lines.filter((line) => line.startsWith('drpo:')).join(' / ');
  const sent = asked(server).length + proxy.refusals;
  let lost = status === 0 ? lostIn(out) : '-';
  let right = status === exit && (status === 0 || lines.filter((line) => line.startsWith('drpo:')).length === 1);
  const key = flags.join(' ').includes('default') ? 'default' : 'reference';
  const whole = await scripted({ latency: '5' });
  if ((refused || mended) && status === 1) {
    proxy.refused = null;
    if (mended) proxy.target = whole;
    const again = await optimizing(config, out, flags).ended;
    const found = again.status === 0 ? treeOf(out) : '';
    lost = `resumed: exit ${again.status}, ${found === plain.get(key) ? 'same result' : 'OTHER RESULT'}`;
    right &&= again.status === 0;
  }
  if (name.startsWith('no fault')) plain.set(key, treeOf(out));
  if (same && exit !== 0) right &&= status === exit && treeOf(out) === plain.get(key);
  if (same && exit === 0) {
    right &&= status === 0 && treeOf(out) === plain.get(key);
    lost += right ? ', same result' : ', OTHER RESULT';
  }
  proxy.close();
  await Promise.all([server.close(), whole.close()]);
  return `| ${right ? 'ok' : 'FAIL'} | ${name} | ${status} | ${sent}${refused ? `, ${proxy.refusals} refused` : ''} | ${lost} | ${seconds.toFixed(0)} s | ${told} |`;
}

const faultsIn = (lines: readonly string[]): string =>
  lines
    .slice(lines.indexOf('Failures:') + 1)
    .flatMap((line) => (/^ {2}\S/.test(line) && lines.includes('Failures:') ? [line.trim()] : []))
    .join('; ') || 'no faults';

function lostIn(out: string): string {
  const { missing, nodes } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as {
    missing: Record<string, number>;
    nodes: unknown[];
  };
  return `${nodes.length} nodes, missing ${Object.entries(missing)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ')}`;
}

const wanted = cases.filter(({ name }) => name.startsWith('no fault') || name.includes(process.argv[2] ?? ''));
console.log('| | fault | exit | calls | lost | time | what was said |\n|---|---|---|---|---|---|---|');
for (const one of wanted.filter(({ name }) => name.startsWith('no fault'))) console.log(await outcomeOf(one));
const rest = wanted.filter(({ name }) => !name.startsWith('no fault'));
const workers = Array.from({ length: 3 }, async () => {
  for (let one = rest.shift(); one; one = rest.shift())
    console.log(await outcomeOf(one).catch((error: unknown) => `| FAIL | ${one?.name} | ${String(error)} |`));
});
await Promise.all(workers);
