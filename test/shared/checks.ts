// The checks against ../shared: published runs, goldens of the Python reference, judged answers, leakage. Run by .ci/run.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOverlaps } from '../../evals/justEval/overlap.ts';
import { createEvaluationReader } from '../../prompts/reply.ts';
import { readPoints } from '../../prompts/readPoints.ts';
import { readReferenceReply } from '../../prompts/referenceReply.ts';
import { countPublishedRefusals, countSimulatedRefusals } from '../../scripts/calibration/countRefusals.ts';
import { drpo, freePort, run, serve, shared } from './cli.ts';

interface Node {
  id: string;
  depth: number;
  prompt: string;
  query: string;
  reward: number | null;
}
interface Outcome {
  bestPrompt: string;
  value: number;
  nodes: Node[];
  examples: Record<string, string>;
}

const tools = join(shared, 'tools');
const tally = { passed: 0, failed: 0 };
const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-'));
const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

async function check(name: string, body: () => Promise<string>): Promise<void> {
  try {
    const seen = await body();
    tally.passed++;
    console.log(`ok   ${name}: ${seen}`);
  } catch (error) {
    tally.failed++;
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

const at = (baseUrl: string) => (model: string) => ({ model, baseUrl });
const roles = (model: ReturnType<typeof at>) =>
  Object.fromEntries(['base', 'reward', 'judge', 'optimizer'].map((r) => [r, model(r)]));

async function outcomeOf(command: string, dir: string, config: unknown): Promise<Outcome> {
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  const ran = await drpo([
    command,
    '--config',
    join(dir, 'config.json'),
    '--out',
    join(dir, 'run'),
    '--json',
    '--quiet',
  ]);
  must(ran.status === 0, `exit ${ran.status}: ${ran.stderr.slice(0, 500)}`);
  return JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') as Outcome;
}

/** A published run, served as the authors' models answered: same nodes, same best prompt, same value as a float. */
async function published(model: string): Promise<string> {
  const file = join(shared, 'data/drpo/published', model, 'tree.json');
  const tree = json<{
    cumulative_reward: number;
    best_path_prompts: string[];
    nodes: (Node & { evaluation: object })[];
  }>(file);
  const server = await serve([join(tools, 'published-replay.mjs'), file]);
  try {
    const { baseUrl, queries } = JSON.parse(server.firstLine) as { baseUrl: string; queries: string[] };
    const dir = folder();
    writeFileSync(join(dir, 'queries.json'), JSON.stringify(queries));
    const found = await outcomeOf('optimize', dir, {
      preset: 'reference',
      models: roles(at(baseUrl)),
      queries: { files: ['queries.json'], order: 'given' },
      examples: { file: join(shared, 'data/drpo/ICL_examples.json') },
    });
    must(Object.is(found.value, tree.cumulative_reward), `value ${found.value}, published ${tree.cumulative_reward}`);
    must(found.bestPrompt === tree.best_path_prompts.at(-1), 'another best prompt');
    const key = (n: Node): string => JSON.stringify([n.depth, n.prompt, n.query, n.depth === 0 || n.reward]); // the trees hold no reward of the root
    must(JSON.stringify(found.nodes.map(key).sort()) === JSON.stringify(tree.nodes.map(key).sort()), 'other nodes');
    return `${found.nodes.length} nodes, value ${found.value}`;
  } finally {
    await server.stop();
  }
}

interface Golden {
  stage: string;
  server: Record<string, string>;
  queries: { id: string; text: string }[];
  params: Record<string, number | string>;
}

/** A search of the Python reference against the scripted server, repeated and held against its log. */
async function golden(name: string): Promise<string> {
  const file = join(tools, 'parity/golden', name);
  const { stage, server: options, queries, params } = json<Golden>(file);
  const [dir, port] = [folder(), await freePort()];
  const flags = Object.entries(options).flatMap(([k, v]) => (v === '' ? [] : [`--${k}`, v]));
  const log = join(dir, 'log.jsonl');
  const server = await serve([join(tools, 'parity/scripted-llm.mjs'), ...flags, '--port', String(port), '--log', log]);
  const model = at(`http://127.0.0.1:${port}/v1`);
  const icl = stage === 'icl';
  const first = json<Record<string, string>>(tools, 'parity/data/queries_resp_train.json');
  writeFileSync(join(dir, 'queries.json'), JSON.stringify(queries.map((q) => q.text)));
  writeFileSync(
    join(dir, 'first.json'),
    JSON.stringify(Object.fromEntries(Object.entries(first).slice(0, Number(params['num_samples'])))),
  );
  const search = {
    beamWidth: params['beam_size'],
    actions: params['n_actions'],
    depth: params['depth'],
    maxDepthIncrease: params['max_depth_increase'],
  };
  const searching = outcomeOf(icl ? 'icl' : 'optimize', dir, {
    preset: 'reference',
    models: { ...roles(model), embeddings: { provider: 'openai', ...model('embed') } },
    queries: { files: ['queries.json'], order: 'given' },
    examples: icl
      ? { file: 'first.json', rewriteRounds: params['num_iters'] }
      : { file: join(tools, 'parity/data/ICL_examples.json'), k: params['k'] },
    ...(icl ? {} : { initialPrompt: params['initial_system_prompt'], search }),
  });
  const [ended] = await Promise.allSettled([searching]);
  await server.stop();
  if (ended.status === 'rejected') throw ended.reason;
  const found = ended.value;
  writeFileSync(join(dir, 'best'), icl ? JSON.stringify(found.examples) : found.bestPrompt);
  const told = ['--best', `@${join(dir, 'best')}`, ...(icl ? [] : ['--value', String(found.value)])];
  const compared = await run(process.execPath, [join(tools, 'parity/compare.mjs'), file, log, ...told, '--strict']);
  must(
    compared.status === 0,
    compared.stdout
      .split('\n')
      .filter((l) => l.includes('DIFFERS'))
      .slice(0, 3)
      .join('; '),
  );
  return 'the same search, compared strictly';
}

/** Every judge reply of the published trees is read whole, in the default preset and in the reference's. */
async function publishedReplies(): Promise<string> {
  let replies = 0;
  for (const model of readdirSync(join(shared, 'data/drpo/published'))) {
    for (const { evaluation } of json<{
      nodes: { evaluation: Record<string, { rationale: string; score: string }> }[];
    }>(shared, 'data/drpo/published', model, 'tree.json').nodes) {
      if (Object.keys(evaluation).length === 0) continue;
      const wanted = Object.fromEntries(
        Object.entries(evaluation).map(([a, s]) => [a, { rationale: s.rationale, score: Number(s.score) }]),
      );
      const rewards = Object.keys(evaluation).map((name) => ({ name, scoring: '' }));
      for (const reading of [
        createEvaluationReader(rewards)(JSON.stringify(evaluation)),
        readReferenceReply(JSON.stringify(evaluation, null, 4)),
      ])
        must(
          'value' in reading && JSON.stringify(reading.value) === JSON.stringify(wanted),
          `misread in ${model}: ${JSON.stringify(reading).slice(0, 200)}`,
        );
      replies++;
    }
  }
  return `${replies} replies read without loss`;
}

/** just-eval's raw judgements, read with the keys and the wording they have. */
async function judgedAnswers(): Promise<string> {
  let records = 0;
  for (const name of readdirSync(join(shared, 'data/just-eval')).filter((n) => n.startsWith('judged'))) {
    for (const { result, parsed_result } of json<
      { result: string; parsed_result: Record<string, { score: string; reason: string }> }[]
    >(shared, 'data/just-eval', name)) {
      const reading = createEvaluationReader(Object.keys(parsed_result).map((n) => ({ name: n, scoring: '' })))(result);
      must('value' in reading, `unread: ${JSON.stringify(reading)}`);
      if (!('value' in reading)) continue;
      for (const [aspect, { score, reason }] of Object.entries(parsed_result)) {
        const points = readPoints(score);
        must(
          points === null || (reading.value[aspect]?.score === points && reading.value[aspect]?.rationale === reason),
          `misread ${aspect} in ${name}: ${JSON.stringify(reading.value[aspect])} for ${score}`,
        );
      }
      records++;
    }
  }
  return `${records} records read without loss`;
}

/** None of our seed queries or examples stands in the evaluation set. */
async function leakage(): Promise<string> {
  const data = join(import.meta.dirname, '../../data');
  const lists = ['everyday.json', 'longform.json', 'examples.json'].flatMap((n) =>
    json<{ query: string }[]>(data, n).map((q) => q.query),
  );
  const queries = [...lists, ...readFileSync(join(data, 'malicious.txt'), 'utf8').split('\n').filter(Boolean)];
  const hits = findOverlaps(
    queries,
    json<{ id: number; instruction: string }[]>(shared, 'data/just-eval/instructions.json'),
    { near: 0.5 },
  );
  must(hits.length === 0, JSON.stringify(hits[0]));
  return `${queries.length} queries, none in just-eval (exact, contained, or near at 0.5)`;
}

/** No rewrite of the published runs is refused by the guards; with a fault planted in it, each is. */
async function guards(): Promise<string> {
  const { rewrites, reasons, planted } = await countPublishedRefusals(join(shared, 'data/drpo'));
  must(Object.keys(reasons).length === 0, `false alarms among ${rewrites} rewrites: ${JSON.stringify(reasons)}`);
  const missed = Object.entries(planted).filter(([, p]) => p.planted === 0 || p.caught < p.planted);
  must(missed.length === 0, `planted and not refused: ${JSON.stringify(Object.fromEntries(missed))}`);
  const count = Object.values(planted).reduce((sum, p) => sum + p.planted, 0);
  return `0 of ${rewrites} rewrites refused, ${count} of ${count} with a planted fault refused`;
}

/** On simulated searches: every bullet that an optimizer makes for one query alone is refused, and nothing else as one. */
async function guardsSimulated(): Promise<string> {
  const { rewrites, reasons, overfit, otherwise } = await countSimulatedRefusals(6);
  must(overfit.made > 5 && overfit.refused === overfit.made, `over-fitted: ${JSON.stringify(overfit)}`);
  must(otherwise === 0, `${otherwise} refused as made for one query that are not`);
  return `${overfit.refused} of ${overfit.made} over-fitted refused; of ${rewrites} rewrites ${JSON.stringify(reasons)}`;
}

for (const model of readdirSync(join(shared, 'data/drpo/published')))
  await check(`published run ${model}`, () => published(model));
for (const name of readdirSync(join(tools, 'parity/golden'))) await check(`golden ${name}`, () => golden(name));
await check('judge replies of the published runs', publishedReplies);
await check('judged answers of just-eval', judgedAnswers);
await check('leakage', leakage);
await check('guards on published rewrites', guards);
await check('guards on simulated searches', guardsSimulated);
console.log(`${tally.passed} of ${tally.passed + tally.failed} checks against ../shared hold`);
if (process.argv[2]) writeFileSync(process.argv[2], JSON.stringify(tally));
process.exitCode = tally.failed ? 1 : 0;
